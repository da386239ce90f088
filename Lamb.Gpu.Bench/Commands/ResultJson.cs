using System.Text.Json;
using Lamb.Gpu.Bench.Train;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Writes what a run came to as one line for programs.</summary>
internal static class ResultJson
{
    /// <summary>One JSON object, on one line.</summary>
    public static string Render(TrainResult result) => JsonSerializer.Serialize(new
    {
        heldOutBitsPerCharacter = result.HeldOutBits,
        bigramBitsPerCharacter = result.Text.BigramBits,
        unigramBitsPerCharacter = result.Text.UnigramBits,
        heldOutCharacters = result.Text.Split.HeldOutTargets.Length,
        trainingCharacters = result.Text.Split.TrainingTargets.Length,
        parameters = result.Parameters,
        steps = result.Steps,
        interrupted = result.IsInterrupted,
        batch = result.Settings.Batch,
        seed = result.Settings.Seed,
        storage = result.Settings.Storage.ToString().ToLowerInvariant(),
        weights = result.Settings.Weights.ToString().ToLowerInvariant(),
        moments = result.Settings.Moments.ToString().ToLowerInvariant(),
        skippedSteps = result.SkippedSteps,
        seconds = result.Seconds,
        stepsPerSecond = result.StepsPerSecond,
        optimizerShare = result.OptimizerShare,
        device = result.Device,
        deviceName = result.DeviceName,
        trustRatios = result.TrustRatios.ToDictionary(ratio => ratio.Name, ratio => ratio.TrustRatio),
    });
}
