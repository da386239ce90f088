using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Looks every place of every window up in the table of embeddings.</summary>
/// <remarks><code>x[place] = table[symbol[place]]</code></remarks>
internal static class EmbeddingKernel
{
    /// <summary>The kernel: each group takes every place whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(EmbeddingViews views)
        where TWorker : struct, IWorker
    {
        int groups = Grid.DimX;
        for (int place = Grid.IdxX; place < views.Places.Rows; place += groups)
        {
            TWorker.Embed(views, place);
        }
    }
}
