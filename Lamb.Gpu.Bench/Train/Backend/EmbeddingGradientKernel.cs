using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Adds the gradients of all places up, symbol by symbol.</summary>
/// <remarks>
/// <code>∂table[symbol] = Σ ∂x[place]  over the places of the symbol</code>
/// The places come sorted by symbol, so that one worker adds them in a fixed order and nobody needs an atomic.
/// </remarks>
internal static class EmbeddingGradientKernel
{
    /// <summary>The kernel: each group takes every symbol that equals its index modulo the number of groups.</summary>
    public static void Run<TWorker>(EmbeddingViews views)
        where TWorker : struct, IWorker
    {
        int groups = Grid.DimX;
        for (int symbol = Grid.IdxX; symbol < views.Table.Rows; symbol += groups)
        {
            TWorker.SumPlaces(views, symbol);
        }
    }
}
