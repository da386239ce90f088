using ILGPU;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

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
