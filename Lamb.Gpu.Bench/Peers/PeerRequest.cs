namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds what the script is asked for.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The threads on the CPU.</param>
/// <param name="Rounds">The rounds that a median is taken of.</param>
/// <param name="Seconds">What a round takes at least.</param>
/// <param name="Shapes">The models.</param>
internal sealed record PeerRequest(
    string Device, int Threads, int Rounds, double Seconds, IReadOnlyList<PeerShape> Shapes);
