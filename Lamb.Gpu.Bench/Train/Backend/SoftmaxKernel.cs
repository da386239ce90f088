using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Turns logits into losses and gradients, in place.</summary>
/// <remarks>
/// For every row z with the target t, p = softmax(z):
/// <code>
/// loss = −log pₜ
/// ∂loss/∂z = (p − onehot(t)) · scale · loss scale
/// </code>
/// </remarks>
internal static class SoftmaxKernel
{
    /// <summary>The kernel: each group takes every row whose index is its own modulo the number of groups.</summary>
    public static void Run<TWorker>(SoftmaxViews views)
        where TWorker : struct, IWorker
    {
        int groups = Grid.DimX;
        for (int row = Grid.IdxX; row < views.Logits.Rows; row += groups)
        {
            TWorker.Softmax(views, row);
        }
    }
}
