using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>Trains every pair side by side, and looks at what the process holds while it does.</summary>
/// <param name="accelerator">Where.</param>
/// <param name="folder">Where the checkpoints go.</param>
internal sealed class SoakMeter(Accelerator accelerator, string folder)
{
    /// <summary>How often the process is looked at, if there are as many periods.</summary>
    public const int Readings = 40;

    /// <summary>Runs until the last step, or until a pair differs.</summary>
    /// <param name="steps">How many steps; those of the last period that is whole are taken.</param>
    /// <param name="period">The steps between two checkpoints.</param>
    /// <param name="progress">Told after every reading.</param>
    public SoakResult Run(long steps, int period, Action<SoakReading> progress)
    {
        SoakPair[] pairs = [.. SoakCase.All.Select(each => new SoakPair(accelerator, each, folder))];
        try
        {
            long periods = steps / period, done = 0;
            string? difference = null;
            var readings = new List<SoakReading>();
            while (done < periods && difference == null)
            {
                difference = TakePeriod(pairs, done * period, period);
                done++;
                if (done * Readings / periods > (done - 1) * Readings / periods)
                {
                    readings.Add(SoakReading.Take(accelerator, done * period));
                    progress(readings[^1]);
                }
            }

            return new SoakResult(done * period, done, difference, readings);
        }
        finally
        {
            Array.ForEach(pairs, pair => pair.Dispose());
        }
    }

    private static string? TakePeriod(SoakPair[] pairs, long first, int period)
    {
        for (long call = first; call < first + period; call++)
        {
            Array.ForEach(pairs, pair => pair.Step(call));
        }

        int different = Array.FindIndex(pairs, pair => !pair.EndPeriod());
        return different < 0 ? null : $"{SoakCase.All[different].Name}, after step {first + period}";
    }
}
