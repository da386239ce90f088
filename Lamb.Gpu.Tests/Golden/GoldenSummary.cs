using System.Globalization;
using System.Text;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Counts the trajectories that ran and passed, and lists those closest to their bounds.</summary>
internal sealed class GoldenSummary
{
    private const int Listed = 10;

    private readonly List<(string Trajectory, bool Passed, TensorError Worst)> ran = [];

    /// <summary>Notes a trajectory that was played.</summary>
    public void Ran(string trajectory, bool passed, IReadOnlyList<TensorError> errors) =>
        ran.Add((trajectory, passed, errors.MaxBy(error => error.Ours / error.Bound)!));

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Golden trajectories: {ran.Count} ran, {ran.Count(t => t.Passed)} passed.");
        text.AppendLine("Closest to the bound:");
        foreach (var (trajectory, _, worst) in ran.OrderByDescending(t => t.Worst.Ours / t.Worst.Bound).Take(Listed))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {worst.Ours / worst.Bound:p0} {trajectory}, {worst}");
        }

        return text.ToString();
    }
}
