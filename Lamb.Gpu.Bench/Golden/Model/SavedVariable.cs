namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>One tensor of a saved state of Keras.</summary>
internal sealed record SavedVariable(int Index, IReadOnlyList<long> Shape, double[] Values);
