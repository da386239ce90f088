using BenchmarkDotNet.Attributes;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Launch;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Bench.Kernels;

/// <summary>A kernel beside a copy of as many bytes on the device, so that the Ratio column is the distance from that
/// floor. A kernel that moves next to nothing is beside a copy of one float: what it costs is its launch.</summary>
public class KernelBenchmark
{
    private static readonly LambOptions Plain = new() { LearningRate = 1e-6, WeightDecay = 0.01 };

    private static readonly Dictionary<string, KernelCase> Cases = new()
    {
        ["Accumulate"] = new(12, it => stream => it.launcher.ApplyUpdate(stream, it.scalars))
        {
            Options = new() { GradientAccumulationSteps = 4 },
            RawIteration = 1,
        },
        ["Apply"] = new(16, it => stream => it.launcher.ApplyUpdate(stream, it.scalars)),
        ["Average"] = new(24, it => stream => it.launcher.ApplyUpdate(stream, it.scalars))
        {
            Options = new() { LearningRate = 1e-6, UseEma = true },
        },
        ["Decision"] = new(0, it => stream => it.launcher.Decide(stream, it.scalars, slot: 0))
        {
            Options = new() { DynamicLossScale = new LambDynamicLossScale() },
        },
        ["Flags"] = new(0, it => stream =>
        {
            it.gradients.SetUnknown(0);
            it.launcher.WriteFlags(stream, it.gradients);
        }),
        ["Fused"] = new(40, it => stream => it.launcher.FuseStages(stream, it.scalars)),
        ["FusedApart"] = new(40, it => stream =>
        {
            it.launcher.UpdateMoments(stream, it.scalars);
            it.launcher.ComputeTrustRatios(stream, it.scalars);
            it.launcher.ApplyUpdate(stream, it.scalars);
        }),
        ["GradientNorm"] = new(4, it => stream => it.launcher.MeasureGradients(stream, it.scalars))
        {
            Options = new() { GlobalClipNorm = 1 },
        },
        ["Moment"] = new(24, it => stream => it.launcher.UpdateMoments(stream, it.scalars)),
        ["NonNegativeConstraint"] = KernelCase.Of(new NonNegativeConstraint()),
        ["NormConstraint"] = KernelCase.Of(new UnitNormConstraint(0)),
        ["NormConstraintOfRows"] = KernelCase.Of(new UnitNormConstraint(1)),
        ["NormConstraintOfAll"] = KernelCase.Of(new UnitNormConstraint(0, 1)),
        ["Overwrite"] = new(16, it => stream => it.launcher.ApplyUpdate(stream, it.scalars)) { Overwrites = true },
        ["Restore"] = new(8, PrepareRestore),
        ["TakeAverage"] = new(8, it => stream => it.launcher.TakeAverage(stream, 0, it.scalars))
        {
            Options = new() { UseEma = true },
        },
        ["TrustRatio"] = new(0, it => stream => it.launcher.ComputeTrustRatios(stream, it.scalars)),
        ["WeightNorm"] = new(4, it => stream => it.launcher.MeasureWeights(stream))
        {
            Options = new() { WeightAccess = LambWeightAccess.Exclusive },
        },
    };

    private MemoryBuffer1D<float, Stride1D.Dense> source = null!;
    private MemoryBuffer1D<float, Stride1D.Dense> target = null!;
    private LambVariables variables = null!;
    private OptimizerState state = null!;
    private LambDevice device = null!;
    private LambKernels launcher = null!;
    private StepGradients gradients = null!;
    private StepScalars scalars;
    private Action<AcceleratorStream> launch = null!;

    /// <summary>The names that <see cref="Kernel"/> takes: each kernel of the library, and variants of some.</summary>
    public static IEnumerable<string> Kernels => Cases.Keys;

    /// <summary>The kernel, without that word.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>The elements of the one variable: within the last-level cache, and far beyond it.</summary>
    [Params(1 << 20, 1 << 25)]
    public int Length { get; set; }

    /// <summary>Opens the device and fills every buffer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        KernelCase kernel = Cases[Kernel];
        device = LambDevice.Open();
        Accelerator accelerator = device.Accelerator;
        long columns = 1L << (int.Log2(Length) / 2);
        var spec = new LambVariableSpec("weights", [Length / columns, columns])
        {
            OverwriteWithGradient = kernel.Overwrites,
        };
        variables = LambVariables.Allocate(accelerator, spec);
        float[] values = [.. Enumerable.Range(0, Length).Select(i => (i * 0x9E3779B9u >> 8) * (1f / 16777216) - 0.5f)];
        variables[0].Weights.CopyFromCPU(values);
        variables[0].Gradients.CopyFromCPU(values);

        Tuning tuning = Tuning.For(accelerator).InOneLaunch(accelerator);
        var plan = new TilePlan(variables, tuning.TileLength, tuning.ReachesEveryBuffer);
        var clock = new StepClock(kernel.Options);
        scalars = clock.At(kernel.RawIteration);
        var queue = new WorkQueue(plan, tuning.Claim!.Lag, tuning.Claim.Length);
        state = new OptimizerState(accelerator, variables, plan, kernel.Options, queue);
        var form = KernelForm.Of(kernel.Options, variables, tuning);
        launcher = new LambKernels(
            state, tuning, each => WorkerChoice.Compile(accelerator, tuning, each), form);
        gradients = new StepGradients(variables);
        gradients.SetDecay(new LambOptions { WeightDecay = 0.01 }, _ => true);
        gradients.Upload(accelerator.DefaultStream, state.FlagsBlocks);
        long half = (long)Length * kernel.BytesPerElement / 2 / sizeof(float);
        source = accelerator.Allocate1D<float>(Math.Max(half, 1));
        target = accelerator.Allocate1D<float>(Math.Max(half, 1));
        source.MemSetToZero();
        target.MemSetToZero();
        launch = kernel.Prepare(this);
        accelerator.Synchronize();
    }

    /// <summary>The floor: a copy on the device of half the bytes, which reads and writes them all.</summary>
    [Benchmark(Baseline = true)]
    public void Copy()
    {
        target.CopyFrom(device.Accelerator.DefaultStream, source);
        device.Accelerator.Synchronize();
    }

    /// <summary>The kernel.</summary>
    [Benchmark]
    public void Launch()
    {
        launch(device.Accelerator.DefaultStream);
        device.Accelerator.Synchronize();
    }

    /// <summary>Frees everything.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        state.Dispose();
        variables.Dispose();
        source.Dispose();
        target.Dispose();
        device.Dispose();
    }

    // The device frees the one buffer of its own.
    private static Action<AcceleratorStream> PrepareRestore(KernelBenchmark it)
    {
        Accelerator accelerator = it.device.Accelerator;
        var kernel = accelerator.LoadKernel<ArrayView<float>, ArrayView<float>, ArrayView<StepScalars>>(
            RestoreKernel.Run);
        var skipped = accelerator.Allocate1D([new StepScalars { Phase = StepPhase.Skip }]);
        var groups = new KernelConfig(accelerator.NumMultiprocessors, Math.Min(accelerator.MaxNumThreadsPerGroup, 256));
        return stream => kernel(stream, groups, it.target.View, it.source.View, skipped.View);
    }

    /// <summary>What is launched, and what it needs.</summary>
    /// <param name="BytesPerElement">The bytes that the kernel reads and writes, an element.</param>
    /// <param name="Prepare">Makes the launch, once everything else is there.</param>
    private sealed record KernelCase(int BytesPerElement, Func<KernelBenchmark, Action<AcceleratorStream>> Prepare)
    {
        /// <summary>The options that make the optimizer launch the kernel.</summary>
        public LambOptions Options { get; init; } = Plain;

        /// <summary>The raw iteration at which it does.</summary>
        public long RawIteration { get; init; } = 10;

        /// <summary>Whether the gradient overwrites the weights.</summary>
        public bool Overwrites { get; init; }

        /// <summary>A constraint on a matrix of all elements.</summary>
        public static KernelCase Of(LambConstraint constraint) =>
            new(8, it => stream => constraint.Apply(stream, it.variables[0]));
    }
}
