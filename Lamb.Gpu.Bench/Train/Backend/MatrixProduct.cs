namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>What a product reads and writes: result = finish(left · right, extra).</summary>
/// <remarks>The rows of the result and of the extra matrix lie with a column stride of 1.</remarks>
internal readonly struct MatrixProduct(Matrix left, Matrix right, Matrix extra, Matrix result)
{
    public readonly Matrix Left = left;
    public readonly Matrix Right = right;

    /// <summary>What the finish adds or multiplies with, in the shape of the result.</summary>
    public readonly Matrix Extra = extra;
    public readonly Matrix Result = result;
}
