namespace Lamb.Gpu;

/// <summary>Options for saving and loading a checkpoint.</summary>
public sealed record LambCheckpointOptions
{
    /// <summary>Gets whether the weights are saved and loaded with the state; true by default.</summary>
    /// <remarks>Without them, the caller saves and restores the weights; training continues to the bit if they are the
    /// same.</remarks>
    public bool IncludeWeights { get; init; } = true;

    /// <summary>Gets the progress callback, which is called on the calling thread; null for none.</summary>
    /// <remarks>It must not call the optimizer. An exception that it throws ends the save or load like a
    /// cancellation.</remarks>
    public IProgress<LambCheckpointProgress>? Progress { get; init; }
}

/// <summary>Reports the progress of saving or loading a checkpoint.</summary>
/// <param name="BytesDone">The bytes of tensors written so far, or read and checked so far.</param>
/// <param name="BytesTotal">The bytes of all tensors.</param>
public readonly record struct LambCheckpointProgress(long BytesDone, long BytesTotal);
