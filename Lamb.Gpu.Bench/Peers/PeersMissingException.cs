namespace Lamb.Gpu.Bench.Peers;

/// <summary>Says that there is nothing to compare with, and how to get it.</summary>
internal sealed class PeersMissingException(string message) : Exception(message);
