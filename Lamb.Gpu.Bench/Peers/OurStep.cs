using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>Times and checks the optimizer of this library as the script does with its peers.</summary>
/// <param name="kind">CUDA or the CPU.</param>
/// <param name="threads">The threads on the CPU.</param>
internal sealed class OurStep(LambDeviceKind kind, int threads)
{
    private const int WarmUpSteps = 3;

    private static TimeSpan ProcessorTime => Environment.CpuUsage.TotalTime;

    /// <summary>Times rounds of steps on a model, waiting for each step.</summary>
    public StepTimes Measure(ModelShape shape, int rounds, double seconds) => OnDevice(accelerator =>
    {
        using var variables = new MeasuredVariables(accelerator, shape, default);
        using var optimizer = new LambOptimizer(variables.Variables, PeerSettings.Timed.Options);
        _ = MillisecondsOf(accelerator, optimizer, WarmUpSteps);
        int steps = (int)Math.Max(1, Math.Ceiling(seconds * 1e3 / MillisecondsOf(accelerator, optimizer, 1).Clock));
        (double Clock, double Cpu)[] times =
            [.. Enumerable.Range(0, rounds).Select(_ => MillisecondsOf(accelerator, optimizer, steps))];
        return new StepTimes([.. times.Select(time => time.Clock)], [.. times.Select(time => time.Cpu)]);
    });

    /// <summary>The error of our steps on the case of the script.</summary>
    public double ErrorOn(PeerCase played) => OnDevice(accelerator =>
    {
        using var variables = LambVariables.Allocate(
            accelerator, [.. played.Shapes.Select((shape, index) => new LambVariableSpec($"{index}", shape))]);
        foreach (var (variable, values) in variables.Zip(played.Weights))
        {
            variable.Weights.CopyFromCPU(values);
        }

        using var optimizer = new LambOptimizer(variables, played.Settings.Options);
        foreach (IReadOnlyList<float[]> gradients in played.Gradients)
        {
            foreach (var (variable, values) in variables.Zip(gradients))
            {
                variable.Gradients.CopyFromCPU(values);
            }

            optimizer.Step();
        }

        return played.ErrorOf([.. variables.Select(variable => variable.Weights.GetAsArray())]);
    });

    // Opened for each question: a device that waits keeps memory that the peers need.
    private T OnDevice<T>(Func<Accelerator, T> answer)
    {
        if (kind != LambDeviceKind.Cpu)
        {
            using LambDevice device = LambDevice.Open(kind);
            return answer(device.Accelerator);
        }

        using var context = Context.Create(builder => builder
            .CPU(new CPUDevice(2, 1, threads))
            .Optimize(OptimizationLevel.O2));
        using Accelerator accelerator = context.Devices.Single().CreateAccelerator(context);
        return answer(accelerator);
    }

    private static (double Clock, double Cpu) MillisecondsOf(
        Accelerator accelerator, LambOptimizer optimizer, int steps)
    {
        TimeSpan cpu = ProcessorTime;
        var watch = Stopwatch.StartNew();
        for (int step = 0; step < steps; step++)
        {
            optimizer.Step();
            accelerator.Synchronize();
        }

        return (watch.Elapsed.TotalMilliseconds / steps, (ProcessorTime - cpu).TotalMilliseconds / steps);
    }
}

/// <summary>Holds the milliseconds of a step in each round.</summary>
/// <param name="Rounds">By the clock.</param>
/// <param name="CpuRounds">Of processor time, over all threads.</param>
internal sealed record StepTimes(IReadOnlyList<double> Rounds, IReadOnlyList<double> CpuRounds)
{
    /// <summary>Gets the median by the clock.</summary>
    public double Median => MedianOf(Rounds);

    /// <summary>Gets the median of processor time.</summary>
    public double CpuMedian => MedianOf(CpuRounds);

    /// <summary>Both in one.</summary>
    public StepTimes And(StepTimes other) => new([.. Rounds, .. other.Rounds], [.. CpuRounds, .. other.CpuRounds]);

    private static double MedianOf(IReadOnlyList<double> rounds)
    {
        double[] ordered = [.. rounds.Order()];
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }
}
