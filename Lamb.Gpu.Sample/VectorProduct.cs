using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Sample;

/// <summary>A tile of a matrix product with vectors, its sums held in registers, four rows at a time.</summary>
/// <remarks>
/// The right matrix is packed first: the columns of the tile side by side, filled up with zeros, so that the loop over
/// k is the same whatever is transposed and wherever the matrix ends. Sums go from block to block of k through memory.
/// </remarks>
internal static class VectorProduct
{
    /// <summary>Rows of a tile: enough that packing costs little beside them.</summary>
    public const int TileRows = 128;

    // A packed block of this many rows of the right matrix stays in the first-level cache.
    private const int BlockDepth = 256;
    private const int BlockRows = 4;

    /// <summary>Columns of a tile: two vectors.</summary>
    public static int TileColumns => 2 * Vector<float>.Count;

    /// <summary>Computes the tile that starts at a row and a column.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TEpilogue>(in MatrixProduct product, int row, int column)
        where TEpilogue : struct, IEpilogue
    {
        Span<float> panel = stackalloc float[BlockDepth * TileColumns];
        Span<float> sums = stackalloc float[TileRows * TileColumns];
        int rows = Math.Min(TileRows, product.Result.Rows - row);
        sums.Clear();
        for (int start = 0; start < product.Left.Columns; start += BlockDepth)
        {
            int depth = Math.Min(BlockDepth, product.Left.Columns - start);
            Pack(product.Right, start, depth, column, panel);
            for (int r = 0; r < rows; r += BlockRows)
            {
                AddBlock(product.Left, row + r, start, depth, ref panel[0], ref sums[r * TileColumns]);
            }
        }

        for (int r = 0; r < rows; r++)
        {
            Finish<TEpilogue>(product, row + r, column, ref sums[r * TileColumns]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Pack(in Matrix right, int start, int depth, int column, Span<float> panel)
    {
        int columns = Math.Min(TileColumns, right.Columns - column);
        if (columns < TileColumns)
        {
            panel.Clear();
        }

        ref float from = ref right.Values[right.IndexOf(start, column)];
        for (int k = 0; k < depth; k++)
        {
            ref float line = ref Unsafe.Add(ref from, k * right.RowStride);
            for (int c = 0; c < columns; c++)
            {
                panel[k * TileColumns + c] = Unsafe.Add(ref line, c * right.ColumnStride);
            }
        }
    }

    // Rows past the end repeat the last one; nobody stores their sums.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddBlock(in Matrix left, int row, int start, int depth, ref float panel, ref float sums)
    {
        int width = Vector<float>.Count, last = left.Rows - 1, stride = left.ColumnStride;
        ref float a0 = ref left.Values[left.IndexOf(row, start)];
        ref float a1 = ref left.Values[left.IndexOf(Math.Min(row + 1, last), start)];
        ref float a2 = ref left.Values[left.IndexOf(Math.Min(row + 2, last), start)];
        ref float a3 = ref left.Values[left.IndexOf(Math.Min(row + 3, last), start)];
        Vector<float> s00 = Load(ref sums, 0), s01 = Load(ref sums, width);
        Vector<float> s10 = Load(ref sums, 2 * width), s11 = Load(ref sums, 3 * width);
        Vector<float> s20 = Load(ref sums, 4 * width), s21 = Load(ref sums, 5 * width);
        Vector<float> s30 = Load(ref sums, 6 * width), s31 = Load(ref sums, 7 * width);
        for (nint k = 0, at = 0; k < depth; k++, at += stride)
        {
            Vector<float> b0 = Load(ref panel, 2 * width * k), b1 = Load(ref panel, 2 * width * k + width);
            AddRow(Unsafe.Add(ref a0, at), b0, b1, ref s00, ref s01);
            AddRow(Unsafe.Add(ref a1, at), b0, b1, ref s10, ref s11);
            AddRow(Unsafe.Add(ref a2, at), b0, b1, ref s20, ref s21);
            AddRow(Unsafe.Add(ref a3, at), b0, b1, ref s30, ref s31);
        }

        s00.StoreUnsafe(ref sums, 0);
        s01.StoreUnsafe(ref sums, (nuint)width);
        s10.StoreUnsafe(ref sums, (nuint)(2 * width));
        s11.StoreUnsafe(ref sums, (nuint)(3 * width));
        s20.StoreUnsafe(ref sums, (nuint)(4 * width));
        s21.StoreUnsafe(ref sums, (nuint)(5 * width));
        s30.StoreUnsafe(ref sums, (nuint)(6 * width));
        s31.StoreUnsafe(ref sums, (nuint)(7 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(float a, Vector<float> b0, Vector<float> b1, ref Vector<float> s0, ref Vector<float> s1)
    {
        var broadcast = new Vector<float>(a);
        s0 = Vector.FusedMultiplyAdd(broadcast, b0, s0);
        s1 = Vector.FusedMultiplyAdd(broadcast, b1, s1);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Finish<TEpilogue>(in MatrixProduct product, int row, int column, ref float sums)
        where TEpilogue : struct, IEpilogue
    {
        int columns = Math.Min(TileColumns, product.Result.Columns - column), c = 0;
        ref float extra = ref product.Extra.Values[product.Extra.IndexOf(row, column)];
        ref float result = ref product.Result.Values[product.Result.IndexOf(row, column)];
        for (; c <= columns - Vector<float>.Count; c += Vector<float>.Count)
        {
            TEpilogue.Apply(Load(ref sums, c), Load(ref extra, c)).StoreUnsafe(ref result, (nuint)c);
        }

        for (; c < columns; c++)
        {
            Unsafe.Add(ref result, c) = TEpilogue.Apply(Unsafe.Add(ref sums, c), Unsafe.Add(ref extra, c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ref float first, nint index) => Vector.LoadUnsafe(ref first, (nuint)index);
}
