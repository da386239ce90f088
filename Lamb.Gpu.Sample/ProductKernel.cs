using System.Numerics;
using ILGPU;

namespace Lamb.Gpu.Sample;

/// <summary>Multiplies two matrices and finishes every element: C = finish(A · B).</summary>
/// <remarks>Each element is summed by one worker in the order of A's columns: same bits on every run.</remarks>
internal static class ProductKernel
{
    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TBackend, TEpilogue>(MatrixProduct product)
        where TBackend : struct, IBackend
        where TEpilogue : struct, IEpilogue
    {
        int groups = Grid.DimX;
        int tiles = Tiles<TBackend>(product.Result);
        int tilesInRow = (product.Result.Columns + TBackend.TileColumns - 1) / TBackend.TileColumns;
        for (int tile = Grid.IdxX; tile < tiles; tile += groups)
        {
            int row = tile / tilesInRow * TBackend.TileRows;
            TBackend.Multiply<TEpilogue>(product, row, tile % tilesInRow * TBackend.TileColumns);
        }
    }

    /// <summary>How many tiles cover the result.</summary>
    public static int Tiles<TBackend>(Matrix result)
        where TBackend : struct, IBackend
    {
        int down = (result.Rows + TBackend.TileRows - 1) / TBackend.TileRows;
        return down * ((result.Columns + TBackend.TileColumns - 1) / TBackend.TileColumns);
    }
}

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

/// <summary>What happens to every element of a product before it is stored.</summary>
internal interface IEpilogue
{
    /// <summary>One element.</summary>
    static abstract float Apply(float sum, float extra);

    /// <summary>Neighbours side by side, for the CPU; the same bits.</summary>
    static abstract Vector<float> Apply(Vector<float> sum, Vector<float> extra);
}

/// <summary>The product as it is.</summary>
internal readonly struct Plain : IEpilogue
{
    public static float Apply(float sum, float extra) => sum;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) => sum;
}

/// <summary>x + b.</summary>
internal readonly struct AddBias : IEpilogue
{
    public static float Apply(float sum, float extra) => sum + extra;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) => sum + extra;
}

/// <summary>max(0, x + b).</summary>
internal readonly struct AddBiasRelu : IEpilogue
{
    public static float Apply(float sum, float extra) => sum + extra > 0 ? sum + extra : 0;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra)
    {
        Vector<float> value = sum + extra;
        return Vector.ConditionalSelect(Vector.GreaterThan(value, Vector<float>.Zero), value, Vector<float>.Zero);
    }
}

/// <summary>The gradient where the activation was positive, 0 elsewhere: the derivative of max(0, x).</summary>
internal readonly struct MaskByRelu : IEpilogue
{
    public static float Apply(float sum, float extra) => extra > 0 ? sum : 0;

    public static Vector<float> Apply(Vector<float> sum, Vector<float> extra) =>
        Vector.ConditionalSelect(Vector.GreaterThan(extra, Vector<float>.Zero), sum, Vector<float>.Zero);
}
