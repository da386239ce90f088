using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Holds what the command line asked <c>peers</c> for.</summary>
/// <param name="Shapes">The models.</param>
/// <param name="Device">What to run on, or null for the best there is.</param>
/// <param name="Threads">The threads on the CPU, for both sides.</param>
/// <param name="Python">The Python that has the peers, or null to search for one.</param>
/// <param name="Json">Whether to end the output with JSON.</param>
internal sealed record PeersRequest(
    IReadOnlyList<ModelShape> Shapes, LambDeviceKind? Device, int Threads, string? Python, bool Json);
