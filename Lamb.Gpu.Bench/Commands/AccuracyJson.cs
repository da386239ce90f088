using System.Text.Json;
using System.Text.Json.Serialization;
using Lamb.Gpu.Bench.Accuracy;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Writes what trajectories came to as one line for programs.</summary>
internal static class AccuracyJson
{
    // An error is infinite where a NaN is missing or too many.
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>One JSON object, on one line.</summary>
    public static string Render(AccuracySummary summary) => JsonSerializer.Serialize(
        new
        {
            scenarios = summary.Rows.Count,
            passed = summary.Passed,
            failed = summary.Failed,
            inconclusive = summary.Inconclusive,
            comparable = summary.Comparable,
            closerThanKeras = summary.CloserThanKeras,
            worstRatio = summary.WorstRatio,
            oursMean = summary.Ours.Mean,
            oursLargest = summary.Ours.Largest,
            kerasMean = summary.Keras.Mean,
            kerasLargest = summary.Keras.Largest,
            rows = summary.Rows.Select(row => new
            {
                name = row.Name,
                ours = row.Ours,
                keras = row.Keras,
                ratio = row.Ratio,
                passed = row.Passed,
                reason = row.Reason,
            }),
        },
        Json);
}
