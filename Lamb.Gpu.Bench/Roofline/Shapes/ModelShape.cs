namespace Lamb.Gpu.Bench.Roofline.Shapes;

/// <summary>The variables of a model: their names and shapes, without values.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Variables">The variables, in the order of the model.</param>
internal sealed record ModelShape(string Name, IReadOnlyList<LambVariableSpec> Variables)
{
    /// <summary>Gets whether each variable gets a buffer of its own, not a place in an arena.</summary>
    public bool IsScattered { get; init; }

    /// <summary>Gets the elements of all variables.</summary>
    public long Parameters { get; } =
        Variables.Sum(variable => LambVariable.CountElements(variable.Name, variable.Shape));

    /// <summary>Equal variables, or a single one.</summary>
    public static ModelShape Uniform(string name, int count, long length) =>
        new(name, [.. Enumerable.Range(0, count).Select(i => new LambVariableSpec($"v{i}", [length]))]);
}
