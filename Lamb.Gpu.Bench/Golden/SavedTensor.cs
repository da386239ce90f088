namespace Lamb.Gpu.Bench.Golden;

/// <summary>A variable of the optimizer itself, as a saved state holds it; a scalar has the shape [].</summary>
internal sealed record SavedTensor(string Name, IReadOnlyList<long> Shape, double[] Values);
