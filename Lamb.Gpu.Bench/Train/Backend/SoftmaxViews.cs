using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

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
