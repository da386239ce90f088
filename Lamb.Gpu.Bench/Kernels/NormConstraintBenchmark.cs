using BenchmarkDotNet.Attributes;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>A norm for every column, every row, and all of a matrix, beside a copy of it.</summary>
public class NormConstraintBenchmark : ConstraintBenchmark
{
    private readonly UnitNormConstraint ofColumns = new(0);
    private readonly UnitNormConstraint ofRows = new(1);
    private readonly UnitNormConstraint ofAll = new(0, 1);

    /// <summary>Slices that lie side by side.</summary>
    [Benchmark]
    public void NormsOfColumns() => Apply(ofColumns);

    /// <summary>Slices that lie one after the other.</summary>
    [Benchmark]
    public void NormsOfRows() => Apply(ofRows);

    /// <summary>One slice, which is the work of one group.</summary>
    [Benchmark]
    public void NormOfAll() => Apply(ofAll);
}
