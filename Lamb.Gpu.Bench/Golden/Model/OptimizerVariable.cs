namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>A variable of the Keras optimizer itself, at its place in a saved state.</summary>
internal sealed record OptimizerVariable(string Name, IReadOnlyList<long> Shape, string Dtype);
