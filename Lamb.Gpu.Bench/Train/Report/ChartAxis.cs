using System.Globalization;

namespace Lamb.Gpu.Bench.Train.Report;

/// <summary>Places values along an axis and chooses its ticks.</summary>
internal sealed class ChartAxis
{
    private const int WantedSteps = 6;

    private readonly double low;
    private readonly double high;
    private readonly Func<double, double> scale;

    private ChartAxis(string label, double[] ticks, Func<double, double> scale)
    {
        Label = label;
        Ticks = ticks;
        this.scale = scale;
        low = scale(ticks[0]);
        high = scale(ticks[^1]);
    }

    /// <summary>What the axis shows.</summary>
    public string Label { get; }

    /// <summary>The values that are marked; the axis reaches from the first to the last.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis from 0 with round ticks.</summary>
    public static ChartAxis FromZero(string label, IEnumerable<double> values)
    {
        double max = Math.Max(values.DefaultIfEmpty(1).Max(), 1e-6);
        double step = RoundUp(max / WantedSteps);
        int count = (int)Math.Ceiling(max / step - 1e-9);
        return new ChartAxis(label, [.. Enumerable.Range(0, count + 1).Select(i => i * step)], value => value);
    }

    /// <summary>A logarithmic axis with a tick at every power of ten; values must be positive.</summary>
    public static ChartAxis Logarithmic(string label, IEnumerable<double> values)
    {
        double[] all = [.. values.DefaultIfEmpty(1)];
        int first = (int)Math.Floor(Math.Log10(all.Min()));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(all.Max())));
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Select(power => Math.Pow(10, power))];
        return new ChartAxis(label, ticks, Math.Log10);
    }

    /// <summary>How far along the axis a value lies: 0 at its start, 1 at its end.</summary>
    public double ShareOf(double value) => (scale(value) - low) / (high - low);

    /// <summary>A tick as text.</summary>
    public static string Format(double tick) => tick.ToString("0.#####", CultureInfo.InvariantCulture);

    // 1, 2 or 5 times a power of ten.
    private static double RoundUp(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double[] rounds = [1, 2, 5, 10];
        return power * rounds.First(round => round * power >= step * (1 - 1e-9));
    }
}
