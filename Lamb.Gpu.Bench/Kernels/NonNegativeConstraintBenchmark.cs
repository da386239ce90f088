using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>Weights that are not below zero, beside a copy of them.</summary>
public class NonNegativeConstraintBenchmark : ConstraintBenchmark
{
    private readonly NonNegativeConstraint constraint = new();

    /// <summary>w.</summary>
    [Benchmark]
    public void ConstrainToNonNegative() => Apply(constraint);
}
