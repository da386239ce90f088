namespace Lamb.Gpu.Bench.Roofline.Shapes;

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
