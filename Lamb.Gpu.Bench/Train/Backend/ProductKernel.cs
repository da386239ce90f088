using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Multiplies two matrices and finishes every element: C = finish(A · B).</summary>
/// <remarks>Each element is summed by one worker in the order of A's columns: same bits on every run.</remarks>
internal static class ProductKernel
{
    /// <summary>The kernel: each group takes every tile whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker, TFinish>(MatrixProduct product)
        where TWorker : struct, IWorker
        where TFinish : struct, IFinish
    {
        int groups = Grid.DimX;
        int tiles = Tiles<TWorker>(product.Result);
        int tilesInRow = (product.Result.Columns + TWorker.TileColumns - 1) / TWorker.TileColumns;
        for (int tile = Grid.IdxX; tile < tiles; tile += groups)
        {
            int row = tile / tilesInRow * TWorker.TileRows;
            TWorker.Multiply<TFinish>(product, row, tile % tilesInRow * TWorker.TileColumns);
        }
    }

    /// <summary>How many tiles cover the result.</summary>
    public static int Tiles<TWorker>(Matrix result)
        where TWorker : struct, IWorker
    {
        int down = (result.Rows + TWorker.TileRows - 1) / TWorker.TileRows;
        return down * ((result.Columns + TWorker.TileColumns - 1) / TWorker.TileColumns);
    }
}
