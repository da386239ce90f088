namespace Lamb.Gpu.Bench.Roofline;

/// <summary>What grows from one shape to the next.</summary>
/// <param name="Label">Its name.</param>
/// <param name="ValueOf">How much of it a row has.</param>
internal sealed record GrowthAxis(string Label, Func<RooflineRow, double> ValueOf)
{
    /// <summary>Gets the parameters, by the million.</summary>
    public static GrowthAxis Parameters { get; } = new("million parameters", row => row.Parameters / 1e6);

    /// <summary>Gets the variables.</summary>
    public static GrowthAxis Variables { get; } = new("variables", row => row.Variables);
}
