namespace Lamb.Gpu;

/// <summary>Reports how far the saving or loading of a checkpoint is.</summary>
/// <param name="BytesDone">The bytes of tensors that are written, or read and checked.</param>
/// <param name="BytesTotal">The bytes of all tensors.</param>
public readonly record struct LambCheckpointProgress(long BytesDone, long BytesTotal);
