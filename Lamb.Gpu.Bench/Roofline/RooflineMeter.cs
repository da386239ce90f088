using ILGPU.Runtime;
using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Measures steps of one kind on a device.</summary>
/// <param name="device">The device.</param>
/// <param name="kind">The kind of step.</param>
/// <param name="budget">How long to measure a shape.</param>
internal sealed class RooflineMeter(LambDevice device, StepKind kind, TimeSpan budget)
{
    /// <summary>Whether a shape fits the memory that is left; if not, why.</summary>
    public bool Fits(ModelShape shape, out string reason)
    {
        const double gibibyte = 1 << 30;
        long needed = MeasuredStep.MemoryOf(shape, kind), room = MemoryRoom.On(device.Accelerator);
        reason = FormattableString.Invariant(
            $"{shape.Name} is left out: it needs {needed / gibibyte:0.0} GiB, there are {room / gibibyte:0.0}.");
        return needed <= room;
    }

    /// <summary>Measures a shape.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing came of it.</exception>
    public RooflineRow Measure(ModelShape shape, CancellationToken cancellation)
    {
        Accelerator accelerator = device.Accelerator;
        using var measured = new MeasuredStep(accelerator, shape, kind);
        var meter = new AlternatingMeter(accelerator, budget, cancellation);
        TimeSpan[] medians = meter.Medians(measured.Optimizer.Step, measured.Twin.Step, measured.Copy.Run);
        return new RooflineRow
        {
            Shape = shape.Name,
            Options = kind.Name,
            Parameters = shape.Parameters,
            Variables = shape.Variables.Count,
            BytesPerParameter = kind.BytesPerParameter,
            Milliseconds = medians[0].TotalMilliseconds,
            TwinMilliseconds = medians[1].TotalMilliseconds,
            CopyMilliseconds = medians[2].TotalMilliseconds,
            Launches = MeasuredStep.LaunchesOf(measured.Optimizer),
            TwinLaunches = MeasuredStep.LaunchesOf(measured.Twin),
            AllocatedBytesPerStep = MeasuredStep.AllocationsOf(measured.Optimizer),
            TwinAllocatedBytesPerStep = MeasuredStep.AllocationsOf(measured.Twin),
            Device = device.Kind.ToString().ToLowerInvariant(),
            DeviceName = accelerator.Name,
        };
    }
}
