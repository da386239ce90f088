namespace Lamb.Gpu;

/// <summary>Holds what goes into a checkpoint or is taken from it.</summary>
public sealed record LambCheckpointOptions
{
    /// <summary>Gets whether the weights are saved and loaded with the state; true by default.</summary>
    /// <remarks>Without them the caller saves and restores the weights: steps go on to the bit if they are the
    /// same.</remarks>
    public bool IncludeWeights { get; init; } = true;

    /// <summary>Gets what is told how far it is, on the calling thread; null for nothing.</summary>
    /// <remarks>It may not call the optimizer. What it throws ends the saving or loading as a cancellation
    /// does.</remarks>
    public IProgress<LambCheckpointProgress>? Progress { get; init; }
}

/// <summary>Reports how far the saving or loading of a checkpoint is.</summary>
/// <param name="BytesDone">The bytes of tensors that are written, or read and checked.</param>
/// <param name="BytesTotal">The bytes of all tensors.</param>
public readonly record struct LambCheckpointProgress(long BytesDone, long BytesTotal);
