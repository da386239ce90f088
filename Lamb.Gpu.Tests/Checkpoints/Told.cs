namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>Takes progress on the thread that reports it.</summary>
internal sealed class Told(Action<LambCheckpointProgress> take) : IProgress<LambCheckpointProgress>
{
    public void Report(LambCheckpointProgress value) => take(value);
}
