namespace Lamb.Gpu.Bench.Roofline;

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

/// <summary>Transformers, from their dimensions.</summary>
internal static class TransformerShapes
{
    /// <summary>BERT with its pooler (Devlin et al. 2018, arXiv:1810.04805): 4·width between the layers.</summary>
    public static ModelShape Bert(string name, int layers, long width)
    {
        IEnumerable<LambVariableSpec> Layer(int index) =>
        [
            .. Layers.Dense($"{index}/query", width, width),
            .. Layers.Dense($"{index}/key", width, width),
            .. Layers.Dense($"{index}/value", width, width),
            .. Layers.Dense($"{index}/attention", width, width),
            .. Layers.Normalization($"{index}/attention_norm", width),
            .. Layers.Dense($"{index}/up", width, 4 * width),
            .. Layers.Dense($"{index}/down", 4 * width, width),
            .. Layers.Normalization($"{index}/norm", width),
        ];

        return new ModelShape(name, [
            .. Layers.Embedding("words", 30522, width),
            .. Layers.Embedding("positions", 512, width),
            .. Layers.Embedding("segments", 2, width),
            .. Layers.Normalization("embedding_norm", width),
            .. Enumerable.Range(0, layers).SelectMany(Layer),
            .. Layers.Dense("pooler", width, width),
        ]);
    }

    /// <summary>GPT-2 (Radford et al. 2019), its output sharing the embedding of the words.</summary>
    public static ModelShape Gpt2(string name, int layers, long width)
    {
        IEnumerable<LambVariableSpec> Layer(int index) =>
        [
            .. Layers.Normalization($"{index}/attention_norm", width),
            .. Layers.Dense($"{index}/query_key_value", width, 3 * width),
            .. Layers.Dense($"{index}/attention", width, width),
            .. Layers.Normalization($"{index}/norm", width),
            .. Layers.Dense($"{index}/up", width, 4 * width),
            .. Layers.Dense($"{index}/down", 4 * width, width),
        ];

        return new ModelShape(name, [
            .. Layers.Embedding("words", 50257, width),
            .. Layers.Embedding("positions", 1024, width),
            .. Enumerable.Range(0, layers).SelectMany(Layer),
            .. Layers.Normalization("norm", width),
        ]);
    }
}

/// <summary>Residual networks, from their dimensions.</summary>
internal static class ResNetShapes
{
    // A block leaves with four times the channels that it works in.
    private const int Expansion = 4;

    /// <summary>A network of bottleneck blocks for 1000 classes (He et al. 2015, arXiv:1512.03385).</summary>
    /// <param name="name">What the command line calls it.</param>
    /// <param name="blocks">The blocks of each stage.</param>
    public static ModelShape Bottleneck(string name, params int[] blocks)
    {
        const long firstWidth = 64, classes = 1000;
        List<LambVariableSpec> variables = [.. Layers.Convolution("stem", 7, 3, firstWidth)];
        long channels = firstWidth;
        for (int stage = 0; stage < blocks.Length; stage++)
        {
            long width = firstWidth << stage;
            for (int block = 0; block < blocks[stage]; block++)
            {
                variables.AddRange(Block($"{stage}/{block}", channels, width, hasProjection: block == 0));
                channels = Expansion * width;
            }
        }

        return new ModelShape(name, [.. variables, .. Layers.Dense("classes", channels, classes)]);
    }

    private static IEnumerable<LambVariableSpec> Block(string name, long channels, long width, bool hasProjection) =>
    [
        .. Layers.Convolution($"{name}/reduce", 1, channels, width),
        .. Layers.Convolution($"{name}/middle", 3, width, width),
        .. Layers.Convolution($"{name}/expand", 1, width, Expansion * width),
        .. hasProjection ? Layers.Convolution($"{name}/projection", 1, channels, Expansion * width) : [],
    ];
}

/// <summary>The variables of the layers that models are made of.</summary>
internal static class Layers
{
    /// <summary>A kernel and a bias.</summary>
    public static IEnumerable<LambVariableSpec> Dense(string name, long inputs, long outputs) =>
        [new($"{name}/kernel", [inputs, outputs]), new($"{name}/bias", [outputs])];

    /// <summary>A scale and an offset.</summary>
    public static IEnumerable<LambVariableSpec> Normalization(string name, long width) =>
        [new($"{name}/gamma", [width]), new($"{name}/beta", [width])];

    /// <summary>A row for each of some things.</summary>
    public static IEnumerable<LambVariableSpec> Embedding(string name, long count, long width) =>
        [new(name, [count, width])];

    /// <summary>A square convolution without a bias, and the normalization behind it.</summary>
    public static IEnumerable<LambVariableSpec> Convolution(string name, long side, long inputs, long outputs) =>
        [new($"{name}/kernel", [side, side, inputs, outputs]), .. Normalization(name, outputs)];
}
