using BenchmarkDotNet.Attributes;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>What the benchmark of a kernel needs: variables, state, and the floor to compare with.</summary>
/// <remarks>The baseline copies as many bytes on the device as the kernel moves, so the Ratio column is the
/// distance.</remarks>
public abstract class KernelBenchmark
{
    private MemoryBuffer1D<float, Stride1D.Dense> source = null!;
    private MemoryBuffer1D<float, Stride1D.Dense> target = null!;
    private LambVariables variables = null!;
    private OptimizerState state = null!;

    /// <summary>The elements of the one variable: within the last-level cache, and far beyond it.</summary>
    [Params(1 << 20, 1 << 25)]
    public int Length { get; set; }

    /// <summary>The bytes that the kernel reads and writes, an element.</summary>
    protected abstract int BytesPerElement { get; }

    private protected LambDevice Device { get; private set; } = null!;

    private protected LambKernels Launcher { get; private set; } = null!;

    private protected StepGradients Gradients { get; private set; } = null!;

    private protected StepScalars Scalars { get; private set; }

    /// <summary>The options that make the optimizer launch the kernel.</summary>
    private protected virtual LambOptions Options => new() { LearningRate = 1e-6, WeightDecay = 0.01 };

    /// <summary>The raw iteration at which it does.</summary>
    private protected virtual long RawIteration => 10;

    /// <summary>Whether the gradient overwrites the weights.</summary>
    private protected virtual bool Overwrites => false;

    /// <summary>Opens the device and fills every buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Device = LambDevice.Open();
        Accelerator accelerator = Device.Accelerator;
        var spec = new LambVariableSpec("weights", [Length]) { OverwriteWithGradient = Overwrites };
        variables = LambVariables.Allocate(accelerator, spec);
        float[] values = [.. Enumerable.Range(0, Length).Select(i => (i * 0x9E3779B9u >> 8) * (1f / 16777216) - 0.5f)];
        variables[0].Weights.CopyFromCPU(values);
        variables[0].Gradients.CopyFromCPU(values);

        Tuning tuning = Tuning.For(accelerator).InOneLaunch(accelerator);
        var plan = new TilePlan(variables, tuning.TileLength, tuning.ReachesEveryBuffer);
        var clock = new StepClock(Options);
        Scalars = clock.At(RawIteration);
        var queue = new WorkQueue(plan, tuning.Claim!.Lag, tuning.Claim.Length);
        state = new OptimizerState(accelerator, variables, plan, Options, queue);
        var form = KernelForm.Of(Options, variables, tuning);
        Launcher = new LambKernels(
            state, tuning, each => WorkerChoice.Compile(accelerator, tuning, each), form);
        Gradients = new StepGradients(variables);
        Gradients.SetDecay(new LambOptions { WeightDecay = 0.01 }, _ => true);
        Gradients.Upload(accelerator.DefaultStream, state.FlagsBlocks);
        long half = (long)Length * BytesPerElement / 2 / sizeof(float);
        source = accelerator.Allocate1D<float>(Math.Max(half, 1));
        target = accelerator.Allocate1D<float>(Math.Max(half, 1));
        source.MemSetToZero();
        target.MemSetToZero();
        accelerator.Synchronize();
    }

    /// <summary>The floor: a copy on the device of half the bytes, which reads and writes them all.</summary>
    [Benchmark(Baseline = true)]
    public void Copy()
    {
        target.CopyFrom(Device.Accelerator.DefaultStream, source);
        Device.Accelerator.Synchronize();
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        state.Dispose();
        variables.Dispose();
        source.Dispose();
        target.Dispose();
        Device.Dispose();
    }
}
