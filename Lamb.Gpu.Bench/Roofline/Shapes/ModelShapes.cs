namespace Lamb.Gpu.Bench.Roofline.Shapes;

/// <summary>The shapes that a step is measured on.</summary>
internal static class ModelShapes
{
    /// <summary>All of them, small ones first.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        Dense("small", [.. Enumerable.Repeat(70L, 21)]),
        Dense("mlp", 784, 512, 512, 10),
        ModelShape.Uniform("vector-10m", 1, 10_000_000),
        ModelShape.Uniform("tiny-20000", 20_000, 500),
        ResNetShapes.Bottleneck("resnet-50", 3, 4, 6, 3),
        ModelShape.Uniform("vector-64m", 1, 64_000_000),
        TransformerShapes.Bert("bert-base", 12, 768),
        TransformerShapes.Gpt2("gpt2-small", 12, 768),
        TransformerShapes.Bert("bert-large", 24, 1024),
    ];

    /// <summary>The same variables in an arena, and in a buffer each.</summary>
    public static IReadOnlyList<ModelShape> Scattered { get; } =
    [
        ModelShape.Uniform("arena-200", 200, 50_000),
        ModelShape.Uniform("scattered-200", 200, 50_000) with { IsScattered = true },
    ];

    /// <summary>One variable that grows.</summary>
    public static IReadOnlyList<ModelShape> GrowingParameters { get; } =
    [
        .. new[] { 1, 2, 5, 10, 20, 50, 100, 200, 500 }
            .Select(millions => ModelShape.Uniform($"parameters-{millions}m", 1, millions * 1_000_000L)),
    ];

    /// <summary>10 million parameters in ever more variables.</summary>
    public static IReadOnlyList<ModelShape> GrowingVariables { get; } =
    [
        .. new[] { 1, 10, 100, 1000, 5000, 20_000 }
            .Select(count => ModelShape.Uniform($"variables-{count}", count, 10_000_000L / count)),
    ];

    /// <summary>Finds a shape by its name.</summary>
    /// <exception cref="UsageException">There is none; the text names those there are.</exception>
    public static ModelShape Find(string name) => All.FirstOrDefault(shape => shape.Name == name)
        ?? throw new UsageException(
            $"--shape: there is no shape '{name}'. There are: {string.Join(", ", All.Select(shape => shape.Name))}.");

    private static ModelShape Dense(string name, params long[] widths) => new(
        name,
        [.. widths.Skip(1).SelectMany((outputs, index) => Layers.Dense($"{index}", widths[index], outputs))]);
}
