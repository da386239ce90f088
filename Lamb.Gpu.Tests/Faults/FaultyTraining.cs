using Lamb.Gpu.Configuration;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>A training whose launches of one stage fail, before the device has them or after.</summary>
internal sealed class FaultyTraining : IDisposable
{
    private readonly TestDevice device;
    private readonly LambVariables variables;

    public FaultyTraining(TestDevice device, LambOptions options)
    {
        this.device = device;
        variables = device.Allocate((2 * device.Tuning.TileLength) + 5, 3);
        variables.Fill(1);
        Optimizer = new LambOptimizer(
            variables,
            options,
            null,
            device.Tuning,
            (accelerator, tuning, form) => Faulty(WorkerChoice.Compile(accelerator, tuning, form)));
    }

    public LambOptimizer Optimizer { get; }

    /// <summary>Gets or sets the stage that fails, or null.</summary>
    public string? Fails { get; set; }

    /// <summary>Gets or sets whether it is launched all the same.</summary>
    public bool IsLate { get; set; }

    /// <summary>Takes steps, the gradients of which follow from their numbers.</summary>
    public void Steps(int first, int count)
    {
        for (int call = first; call < first + count; call++)
        {
            Optimizer.StepWith(variables, [.. variables.Select((v, i) => Values.Random(v.Length, (7 * call) + i))]);
        }
    }

    /// <summary>Takes a step in which the last variable has no gradient.</summary>
    public void StepWithout(int call) => Optimizer.StepWith(variables, Values.Random(variables[0].Length, call), null);

    /// <summary>Tells whether the planted error comes out.</summary>
    public bool Throws(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (TimeoutException)
        {
            device.Accelerator.Synchronize();
            return true;
        }
    }

    public float[][] Weights() => [.. variables.Select(variable => variable.Weights.Read(device.Accelerator))];

    public void Write(float[][] weights)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            variables[i].Weights.Write(weights[i]);
        }
    }

    /// <summary>Reads every bit of the weights and of the state.</summary>
    public long[] Bits() =>
    [
        .. Weights().SelectMany(weights => weights.Bits()).Select(bits => (long)bits),
        .. Optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
    ];

    public void Dispose()
    {
        Optimizer.Dispose();
        variables.Dispose();
    }

    private CompiledKernels Faulty(CompiledKernels good) => new(
        Stage(good.WeightNorm, nameof(good.WeightNorm)),
        Stage(good.Adopt, nameof(good.Adopt)),
        Stage(good.TakeAverage, nameof(good.TakeAverage)),
        (stream, groups, table, block, index) => Around(
            nameof(good.Flags), () => good.Flags(stream, groups, table, block, index)),
        Stage(good.GradientNorm, nameof(good.GradientNorm)),
        (stream, groups, views, k, history, slot) => Around(
            nameof(good.Decision), () => good.Decision(stream, groups, views, k, history, slot)),
        Stage(good.Moment, nameof(good.Moment)),
        Stage(good.TrustRatio, nameof(good.TrustRatio)),
        Stage(good.Apply, nameof(good.Apply)),
        (stream, groups, views, queue, k, launch) => Around(
            nameof(good.Fused), () => good.Fused(stream, groups, views, queue, k, launch)));

    private StepKernel Stage(StepKernel good, string name) =>
        (stream, groups, views, k) => Around(name, () => good(stream, groups, views, k));

    private void Around(string name, Action launch)
    {
        if (Fails != name || IsLate)
        {
            launch();
        }

        if (Fails == name)
        {
            throw new TimeoutException("planted");
        }
    }
}
