using System.Diagnostics;
using ILGPU.Runtime;

namespace Lamb.Gpu.Sample;

/// <summary>Measures the optimizer's share of a step, waiting for the device in the steps that it measures.</summary>
internal sealed class StepTimer(Accelerator accelerator)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan whole;
    private TimeSpan optimizer;
    private bool warm;

    /// <summary>The optimizer's share of the time of the measured steps; 0 while there is none.</summary>
    public double OptimizerShare => whole > TimeSpan.Zero ? optimizer / whole : 0;

    /// <summary>Runs both halves of a step and measures them, except the first time, while code is compiled.</summary>
    public void Measure(Action writeGradients, Action step)
    {
        TimeSpan start = Now();
        writeGradients();
        TimeSpan middle = Now();
        step();
        TimeSpan end = Now();
        if (warm)
        {
            whole += end - start;
            optimizer += end - middle;
        }

        warm = true;
    }

    private TimeSpan Now()
    {
        accelerator.Synchronize();
        return watch.Elapsed;
    }
}
