using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>Trains every pair side by side, and looks at what the process holds while it does.</summary>
/// <param name="accelerator">Where.</param>
/// <param name="folder">Where the checkpoints go.</param>
internal sealed class SoakMeter(Accelerator accelerator, string folder)
{
    /// <summary>How often the process is looked at, if there are as many periods.</summary>
    public const int Readings = 40;

    /// <summary>Runs until the last step, until a pair differs, or until the token is cancelled.</summary>
    /// <param name="steps">How many steps; those of the last period that is whole are taken.</param>
    /// <param name="period">The steps between two checkpoints.</param>
    /// <param name="progress">Told before every step how many are done.</param>
    /// <param name="cancellation">Ends it in the middle of a period, which then does not count.</param>
    public SoakResult Run(long steps, int period, Action<long> progress, CancellationToken cancellation)
    {
        SoakPair[] pairs = [.. SoakCase.All.Select(each => new SoakPair(accelerator, each, folder))];
        try
        {
            long periods = steps / period, done = 0;
            string? difference = null;
            var readings = new List<SoakReading>();
            while (done < periods && difference == null
                && TrySteps(pairs, (done * period, period), progress, cancellation))
            {
                difference = EndPeriod(pairs, (done + 1) * period);
                done++;
                if (done * Readings / periods > (done - 1) * Readings / periods)
                {
                    readings.Add(SoakReading.Take(accelerator, done * period));
                }
            }

            return new SoakResult(done * period, done, difference, readings)
            {
                IsInterrupted = done < periods && difference == null,
            };
        }
        finally
        {
            Array.ForEach(pairs, pair => pair.Dispose());
        }
    }

    private static bool TrySteps(
        SoakPair[] pairs, (long First, int Count) calls, Action<long> progress, CancellationToken cancellation)
    {
        for (long call = calls.First; call < calls.First + calls.Count; call++)
        {
            progress(call);
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            Array.ForEach(pairs, pair => pair.Step(call));
        }

        return true;
    }

    private static string? EndPeriod(SoakPair[] pairs, long step)
    {
        int different = Array.FindIndex(pairs, pair => !pair.EndPeriod());
        return different < 0 ? null : $"{SoakCase.All[different].Name}, after step {step}";
    }
}
