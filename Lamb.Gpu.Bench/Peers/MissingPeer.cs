namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds why a peer takes no part.</summary>
/// <param name="Name">The peer, or all that need the same package.</param>
/// <param name="Shape">The model that it cannot step on, or null where it is missing altogether.</param>
/// <param name="Reason">What is not there.</param>
internal sealed record MissingPeer(string Name, string? Shape, string Reason);
