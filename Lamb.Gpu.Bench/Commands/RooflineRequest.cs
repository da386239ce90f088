namespace Lamb.Gpu.Bench.Commands;

/// <summary>Holds what the command line asked <c>roofline</c> for.</summary>
/// <param name="Shapes">The names of the shapes; none for all, unless something else is asked for.</param>
/// <param name="Options">The name of the kind of step.</param>
/// <param name="OneLaunch">Whether all stages of an update are one launch; null for what the library does.</param>
/// <param name="Scattered">Whether to compare an arena with a buffer a variable.</param>
/// <param name="Growth">Whether to measure how the cost grows.</param>
/// <param name="Budget">How long to measure a shape.</param>
/// <param name="Device">What to run on, or null for the best there is.</param>
/// <param name="ReportPath">Where to write the page, or null for none.</param>
/// <param name="Json">Whether to end the output with JSON.</param>
internal sealed record RooflineRequest(
    IReadOnlyList<string> Shapes,
    string Options,
    bool? OneLaunch,
    bool Scattered,
    bool Growth,
    TimeSpan Budget,
    LambDeviceKind? Device,
    string? ReportPath,
    bool Json);
