namespace Lamb.Gpu.Layout;

/// <summary>What several buffers are asked for together.</summary>
/// <param name="Purpose">What they are for.</param>
/// <param name="Bytes">The bytes of all of them.</param>
/// <param name="Watch">Told what is asked for, and its bytes, before the device is asked; may throw. Null for
/// nobody.</param>
internal sealed record MemoryRequest(string Purpose, long Bytes, Action<string, long>? Watch = null);
