using BenchmarkDotNet.Attributes;
using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>What the benchmark of a constraint needs: a matrix, and the floor to compare with.</summary>
public abstract class ConstraintBenchmark
{
    private LambVariables variables = null!;

    /// <summary>The rows and columns of the matrix: within the last-level cache, and far beyond it.</summary>
    [Params(1 << 10, 1 << 12)]
    public int Side { get; set; }

    private protected LambDevice Device { get; private set; } = null!;

    private protected LambVariable Matrix => variables[0];

    /// <summary>Opens the device and fills the matrix.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Device = LambDevice.Open();
        variables = LambVariables.Allocate(Device.Accelerator, new LambVariableSpec("matrix", [Side, Side]));
        variables[0].Weights.CopyFromCPU([.. Enumerable.Range(0, Side * Side).Select(i => (i % 17) - 8f)]);
        Device.Accelerator.Synchronize();
    }

    /// <summary>The floor: a copy of the matrix on the device, which reads and writes 4 bytes an element.</summary>
    [Benchmark(Baseline = true)]
    public void Copy()
    {
        Matrix.Gradients.CopyFrom(Device.Accelerator.DefaultStream, Matrix.Weights);
        Device.Accelerator.Synchronize();
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        variables.Dispose();
        Device.Dispose();
    }

    private protected void Apply(LambConstraint constraint)
    {
        constraint.Apply(Device.Accelerator.DefaultStream, Matrix);
        Device.Accelerator.Synchronize();
    }
}
