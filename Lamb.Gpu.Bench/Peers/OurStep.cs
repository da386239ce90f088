using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Bench.Roofline.Shapes;

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
