namespace Lamb.Gpu.Bench.Commands;

/// <summary>What <c>checkpoint</c> was asked for.</summary>
internal sealed record CheckpointRequest(long Bytes, int Rounds, string Folder, LambDeviceKind? Device, bool Json);
