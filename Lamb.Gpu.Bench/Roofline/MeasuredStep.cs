using ILGPU.Runtime;
using Lamb.Gpu.Bench.Roofline.Twin;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>A step, its twin and the copy of its bytes, ready to run.</summary>
internal sealed class MeasuredStep : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly MeasuredVariables variables;
    private readonly LambOptimizer optimizer;
    private readonly LambOptimizer twin;
    private readonly DeviceCopy copy;

    public MeasuredStep(Accelerator accelerator, ModelShape shape, StepKind kind)
    {
        this.accelerator = accelerator;
        variables = new MeasuredVariables(accelerator, shape, kind.DataTypes);
        Tuning tuning = kind.TuningFor(accelerator);
        optimizer = new LambOptimizer(variables.Variables, kind.Options, null, tuning);
        twin = new LambOptimizer(variables.Variables, kind.Options, null, tuning, TwinKernels.Compile);
        copy = new DeviceCopy(accelerator, BytesOf(shape, kind));
    }

    /// <summary>Gets the optimizer whose step is measured.</summary>
    public LambOptimizer Optimizer => optimizer;

    /// <summary>Gets the optimizer that moves the same bytes through the same launches.</summary>
    public LambOptimizer Twin => twin;

    /// <summary>Gets the copy of as many bytes.</summary>
    public DeviceCopy Copy => copy;

    /// <summary>The bytes that the kernels of a step move.</summary>
    public static long BytesOf(ModelShape shape, StepKind kind) => shape.Parameters * kind.BytesPerParameter;

    /// <summary>The memory that the measurement takes: variables, the state of both optimizers, and the
    /// copy.</summary>
    public static long MemoryOf(ModelShape shape, StepKind kind)
    {
        int variable = LambView.SizeOf(kind.DataTypes.Weights) + LambView.SizeOf(kind.DataTypes.Gradients);
        return (shape.Parameters * (variable + (2 * kind.StateBytesPerParameter)))
            + DeviceCopy.MemoryOf(BytesOf(shape, kind));
    }

    /// <summary>The kernels that one step of an optimizer launches.</summary>
    public static long LaunchesOf(LambOptimizer optimizer)
    {
        long before = optimizer.Launches;
        optimizer.Step();
        return optimizer.Launches - before;
    }

    /// <summary>The bytes that one step of an optimizer allocates on the managed heap.</summary>
    public static long AllocationsOf(LambOptimizer optimizer)
    {
        const int steps = 16;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < steps; step++)
        {
            optimizer.Step();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        accelerator.Synchronize();
        copy.Dispose();
        twin.Dispose();
        optimizer.Dispose();
        variables.Dispose();
    }
}
