using ILGPU;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Kernels;

/// <summary>A sum of floats that carries its rounding error along (Kahan 1965, "Further remarks").</summary>
internal struct CompensatedSum
{
    private float sum;
    private float lost;

    /// <summary>The sum; infinite or NaN where the plain sum is.</summary>
    public readonly float Value => sum;

    /// <summary>Adds <paramref name="value"/>.</summary>
    public void Add(float value)
    {
        float term = value - lost;
        float next = sum + term;
        float error = next - sum - term;

        // Infinity minus infinity: an overflowed sum has no error worth carrying, and must not become NaN.
        lost = error - error == 0 ? error : 0;
        sum = next;
    }
}

/// <summary>Adds the sums of neighbouring tiles in a fixed order, their rounding errors kept aside.</summary>
internal static class TileRangeSums
{
    /// <summary>This lane's share of the sums of <paramref name="count"/> tiles from <paramref name="first"/>
    /// on.</summary>
    public static SquareSums<float> Share<TWorker>(ArrayView<SquareSums<float>> tiles, int first, int count)
        where TWorker : struct, ITileWorker
    {
        var update = default(CompensatedSum);
        var weight = default(CompensatedSum);
        int lanes = TWorker.Lanes;
        for (int index = first + TWorker.Lane; index < first + count; index += lanes)
        {
            SquareSums<float> tile = tiles[index];
            update.Add(tile.Update);
            weight.Add(tile.Weight);
        }

        return new SquareSums<float> { Update = update.Value, Weight = weight.Value };
    }
}
