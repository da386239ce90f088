using ILGPU;

namespace Lamb.Gpu.Sample;

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
    public static void Run<TBackend>(SoftmaxViews views)
        where TBackend : struct, IBackend
    {
        int groups = Grid.DimX;
        for (int row = Grid.IdxX; row < views.Logits.Rows; row += groups)
        {
            TBackend.Softmax(views, row);
        }
    }
}

/// <summary>What the softmax reads and writes.</summary>
internal struct SoftmaxViews
{
    /// <summary>Logits before, gradients after; where there is no target, probabilities.</summary>
    public Matrix Logits;

    /// <summary>The symbol that follows each window, or −1 where it is asked for.</summary>
    public ArrayView<int> Targets;

    /// <summary>The cross-entropy of each row in nats.</summary>
    public ArrayView<float> Losses;

    /// <summary>What the gradients are multiplied with: one over the rows, for the gradient of the mean.</summary>
    public float Scale;

    /// <summary>One float, what they are multiplied with too: the loss scale.</summary>
    public ArrayView<float> LossScale;
}
