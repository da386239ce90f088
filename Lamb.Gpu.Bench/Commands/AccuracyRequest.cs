namespace Lamb.Gpu.Bench.Commands;

/// <summary>Holds what the command line asked <c>accuracy</c> for.</summary>
/// <param name="GoldenPath">The folder of the trajectories, or null for the usual one.</param>
/// <param name="Device">What to run on, or null for the best there is.</param>
/// <param name="Json">Whether to end the output with JSON.</param>
/// <param name="DumpPath">The folder for the results, or null for none.</param>
internal sealed record AccuracyRequest(string? GoldenPath, LambDeviceKind? Device, bool Json, string? DumpPath);
