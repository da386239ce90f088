using Lamb.Gpu.Bench.Train;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Holds what the command line asked <c>train</c> for.</summary>
/// <param name="Settings">How to train.</param>
/// <param name="Device">What to train on, or null for the best there is.</param>
/// <param name="TextPath">The text to train on, or null for the repository's own.</param>
/// <param name="ReportPath">Where to write the report, or null for none.</param>
/// <param name="Json">Whether to end the output with JSON.</param>
internal sealed record TrainRequest(
    TrainSettings Settings, LambDeviceKind? Device, string? TextPath, string? ReportPath, bool Json);
