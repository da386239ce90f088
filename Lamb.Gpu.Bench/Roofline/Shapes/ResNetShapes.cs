namespace Lamb.Gpu.Bench.Roofline.Shapes;

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
