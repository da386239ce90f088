using ILGPU;
using ILGPU.Algorithms;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Train.Backend.Workers;

/// <summary>A group of lanes, for CUDA and OpenCL.</summary>
internal readonly struct GroupWorker : IWorker
{
    /// <summary>The lanes of every group: one for each element of a square tile.</summary>
    public const int GroupSize = Edge * Edge;

    private const int Edge = 16;

    public static int TileRows => Edge;

    public static int TileColumns => Edge;

    public static void Multiply<TFinish>(MatrixProduct product, int row, int column)
        where TFinish : struct, IFinish
    {
        ArrayView<float> left = SharedMemory.Allocate<float>(GroupSize);
        ArrayView<float> right = SharedMemory.Allocate<float>(GroupSize);
        int r = Group.IdxX / Edge;
        int c = Group.IdxX % Edge;
        float sum = 0;
        for (int start = 0; start < product.Left.Columns; start += Edge)
        {
            left[Group.IdxX] = ElementOrZero(product.Left, row + r, start + c);
            right[Group.IdxX] = ElementOrZero(product.Right, start + r, column + c);
            Group.Barrier();
            for (int k = 0; k < Edge; k++)
            {
                sum += left[r * Edge + k] * right[k * Edge + c];
            }

            Group.Barrier();
        }

        if (row + r < product.Result.Rows && column + c < product.Result.Columns)
        {
            float extra = product.Extra.Values[product.Extra.IndexOf(row + r, column + c)];
            product.Result.Values[product.Result.IndexOf(row + r, column + c)] = TFinish.Apply(sum, extra);
        }
    }

    public static void Softmax(SoftmaxViews views, int row)
    {
        ArrayView<float> logits = views.Logits.Values.SubView(row * views.Logits.RowStride, views.Logits.Columns);
        int target = views.Targets[row];
        float targetLogit = logits[XMath.Max(target, 0)];
        float max = float.MinValue;
        for (int i = Group.IdxX; i < logits.IntLength; i += Group.DimX)
        {
            max = XMath.Max(max, logits[i]);
        }

        max = Combine(max, takeMax: true);
        float sum = 0;
        for (int i = Group.IdxX; i < logits.IntLength; i += Group.DimX)
        {
            sum += XMath.Exp(logits[i] - max);
        }

        sum = Combine(sum, takeMax: false);
        float scale = views.Scale * views.LossScale[0];
        for (int i = Group.IdxX; i < logits.IntLength; i += Group.DimX)
        {
            float probability = XMath.Exp(logits[i] - max) / sum;

            // Not 1 and 0: ILGPU 1.5.3 hands PTX the bits of a chosen integer where a float is wanted.
            logits[i] = (probability - (i == target ? 1f : 0f)) * scale;
        }

        if (Group.IdxX == 0)
        {
            views.Losses[row] = target < 0 ? 0 : XMath.Log(sum) + max - targetLogit;
        }
    }

    public static void Embed(EmbeddingViews views, int place)
    {
        int symbol = views.Symbols[place];
        for (int column = Group.IdxX; column < views.Table.Columns; column += Group.DimX)
        {
            views.Places.Values[views.Places.IndexOf(place, column)] =
                views.Table.Values[views.Table.IndexOf(symbol, column)];
        }
    }

    public static void SumPlaces(EmbeddingViews views, int symbol)
    {
        int end = views.Starts[symbol + 1];
        for (int column = Group.IdxX; column < views.Table.Columns; column += Group.DimX)
        {
            float sum = 0;
            for (int i = views.Starts[symbol]; i < end; i++)
            {
                sum += views.Places.Values[views.Places.IndexOf(views.PlacesBySymbol[i], column)];
            }

            views.Table.Values[views.Table.IndexOf(symbol, column)] = sum;
        }
    }

    public static void Convert<TFrom, TTo>(Conversion conversion, int start)
        where TFrom : struct, IStorage
        where TTo : struct, IStorage
    {
        int end = XMath.Min(start + ConversionKernel.PartLength, conversion.Length);
        for (int i = start + Group.IdxX; i < end; i += Group.DimX)
        {
            ScalarPack number = TFrom.Load<ScalarPack>(conversion.From, conversion.FromIndex + i);
            TTo.Store(conversion.To, conversion.ToIndex + i, number, default);
        }
    }

    private static float ElementOrZero(Matrix matrix, int row, int column) =>
        row < matrix.Rows && column < matrix.Columns ? matrix.Values[matrix.IndexOf(row, column)] : 0;

    // A tree in shared memory: the same order on every run.
    private static float Combine(float value, bool takeMax)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSize);

        // What was combined before is still being read.
        Group.Barrier();
        shared[Group.IdxX] = value;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (Group.IdxX < half)
            {
                float left = shared[Group.IdxX], right = shared[Group.IdxX + half];
                shared[Group.IdxX] = takeMax ? XMath.Max(left, right) : left + right;
            }

            Group.Barrier();
        }

        return shared[0];
    }
}
