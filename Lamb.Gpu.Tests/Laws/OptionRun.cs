using ILGPU.Runtime;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>An optimizer that plays an <see cref="OptionCase"/>.</summary>
internal sealed class OptionRun : IDisposable
{
    private readonly TestDevice device;
    private readonly Tuning tuning;
    private readonly ScatteredVariables? scattered;
    private readonly AcceleratorStream? stream;

    public OptionRun(
        TestDevice device, OptionCase played, LambOptions options, int[]? order = null, Tuning? tuning = null)
    {
        this.device = device;
        this.tuning = tuning ?? device.Tuning;
        order ??= [.. Enumerable.Range(0, played.Specs.Count)];
        LambVariableSpec[] specs = [.. order.Select(i => played.Specs[i])];
        scattered = played.Shift is { } shift ? new ScatteredVariables(device.Accelerator, specs, shift) : null;
        stream = played.HasOwnStream ? device.OwnStream : null;
        Variables = scattered?.Variables ?? LambVariables.Allocate(device.Accelerator, specs);
        for (int place = 0; place < order.Length; place++)
        {
            Write(Variables[place], Values.Random(Variables[place].Length, played.Seed - 1 - order[place]));
        }

        Optimizer = new LambOptimizer(Variables, options, stream, this.tuning);
    }

    public LambVariables Variables { get; }

    public LambOptimizer Optimizer { get; private set; }

    /// <summary>Takes a step.</summary>
    public OptionRun Step(params float[]?[] gradients)
    {
        Optimizer.StepWith(Variables, gradients);
        return this;
    }

    /// <summary>Reads the weights.</summary>
    public float[][] Weights() => [.. Variables.Select(
        variable => TypedView.Read(variable.WeightView, device.Accelerator.DefaultStream))];

    /// <summary>Reads every bit that a step may change: weights, state and counters.</summary>
    public long[] Bits(Func<LambStateValue, bool>? counted = null) =>
    [
        .. Weights().SelectMany(weights => weights.Bits()).Select(bits => (long)bits),
        .. Optimizer.SaveState().Where(counted ?? (_ => true))
            .SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
        Optimizer.RawIterations,
        Optimizer.Iterations,
    ];

    /// <summary>Saves, and goes on in an optimizer that has taken other steps before it loads.</summary>
    public void SaveAndGoOnElsewhere(Action<OptionRun> use)
    {
        IReadOnlyList<LambStateValue> saved = Optimizer.SaveState();
        float[][] weights = Weights();
        Optimizer.Dispose();
        Optimizer = new LambOptimizer(Variables, Optimizer.Options, stream, tuning);
        use(this);
        Optimizer.LoadState(saved);
        for (int i = 0; i < weights.Length; i++)
        {
            Write(Variables[i], weights[i]);
        }
    }

    public void Dispose()
    {
        scattered?.AssertMarginsUntouched();
        Optimizer.Dispose();
        Variables.Dispose();
        scattered?.Dispose();
    }

    private void Write(LambVariable variable, float[] weights) =>
        TypedView.Write(variable.WeightView, weights, device.Accelerator.DefaultStream);
}
