using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Train.Backend.Workers;

/// <summary>One thread of the CPU accelerator, with vectors.</summary>
/// <remarks>
/// Marked as intrinsics, its methods are not compiled by ILGPU but run as they are. The group size is 1.
/// </remarks>
internal readonly struct VectorWorker : IWorker
{
    public static int TileRows => VectorProduct.TileRows;

    public static int TileColumns
    {
        [IntrinsicImplementation]
        get => VectorProduct.TileColumns;
    }

    [IntrinsicImplementation]
    public static void Multiply<TFinish>(MatrixProduct product, int row, int column)
        where TFinish : struct, IFinish => VectorProduct.Multiply<TFinish>(product, row, column);

    [IntrinsicImplementation]
    public static void Softmax(SoftmaxViews views, int row)
    {
        Span<float> logits = RowOf(views.Logits, row);
        int target = views.Targets[row];
        float max = Max(logits);
        float targetLogit = target < 0 ? max : logits[target];
        float sum = Exponentiate(logits, max);
        views.Losses[row] = target < 0 ? 0 : MathF.Log(sum) + max - targetLogit;
        float scale = views.Scale * views.LossScale[0];
        Scale(logits, scale / sum);
        if (target >= 0)
        {
            logits[target] -= scale;
        }
    }

    [IntrinsicImplementation]
    public static void Embed(EmbeddingViews views, int place) =>
        RowOf(views.Table, views.Symbols[place]).CopyTo(RowOf(views.Places, place));

    [IntrinsicImplementation]
    public static void SumPlaces(EmbeddingViews views, int symbol)
    {
        Span<float> sums = RowOf(views.Table, symbol);
        sums.Clear();
        int end = views.Starts[symbol + 1];
        for (int i = views.Starts[symbol]; i < end; i++)
        {
            Add(RowOf(views.Places, views.PlacesBySymbol[i]), sums);
        }
    }

    [IntrinsicImplementation]
    public static void Convert<TFrom, TTo>(Conversion conversion, int start)
        where TFrom : struct, IStorage
        where TTo : struct, IStorage => VectorConversion.Convert<TFrom, TTo>(
            conversion, start, Math.Min(start + ConversionKernel.PartLength, conversion.Length));

    private static Span<float> RowOf(Matrix matrix, int row) =>
        MemoryMarshal.CreateSpan(ref matrix.Values[matrix.IndexOf(row, 0)], matrix.Columns);

    // Optimized from their first call on: a short run would be over before the compiler came back to them.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Max(ReadOnlySpan<float> values)
    {
        float max = float.MinValue;
        foreach (float value in values)
        {
            max = MathF.Max(max, value);
        }

        return max;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentiate(Span<float> values, float shift)
    {
        float sum = 0;
        foreach (ref float value in values)
        {
            value = MathF.Exp(value - shift);
            sum += value;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref float value in values)
        {
            value *= factor;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ReadOnlySpan<float> values, Span<float> sums)
    {
        int i = 0;
        for (; i <= sums.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sums[i..]) + new Vector<float>(values[i..])).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }
}
