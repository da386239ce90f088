namespace Lamb.Gpu.Bench.Commands;

/// <summary>What <c>soak</c> was asked for.</summary>
internal sealed record SoakRequest(long Steps, int Period, LambDeviceKind? Device, bool Json);
