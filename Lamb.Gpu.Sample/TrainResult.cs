namespace Lamb.Gpu.Sample;

/// <summary>Holds what a run came to.</summary>
internal sealed record TrainResult
{
    /// <summary>What the run was told.</summary>
    public required TrainSettings Settings { get; init; }

    /// <summary>What was trained on.</summary>
    public required TrainingText Text { get; init; }

    /// <summary>The kind of device, in small letters.</summary>
    public required string Device { get; init; }

    /// <summary>The name of the device.</summary>
    public required string DeviceName { get; init; }

    /// <summary>The number of weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>The steps done.</summary>
    public required int Steps { get; init; }

    /// <summary>The steps that changed nothing, since a gradient did not fit its storage.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>The time of the training loop.</summary>
    public required double Seconds { get; init; }

    /// <summary>The optimizer's share of the time of a step.</summary>
    public required double OptimizerShare { get; init; }

    /// <summary>Bits a held-out character of the network.</summary>
    public required double HeldOutBits { get; init; }

    /// <summary>What was measured on the way.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>The norms and trust ratios of the last step.</summary>
    public required IReadOnlyList<LambTrustRatio> TrustRatios { get; init; }

    /// <summary>A few lines that the network wrote.</summary>
    public required string Sample { get; init; }

    /// <summary>Whether the run was stopped before its last step.</summary>
    public bool IsInterrupted => Steps < Settings.Steps;

    /// <summary>The speed.</summary>
    public double StepsPerSecond => Seconds > 0 ? Steps / Seconds : 0;
}

/// <summary>Records what was measured after a step.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="TrainBits">Bits a character of the latest batches, smoothed.</param>
/// <param name="HeldOutBits">Bits a character of a sample of the held-out text.</param>
/// <param name="TrustRatios">The trust ratio of each variable in the step.</param>
internal sealed record CurvePoint(
    int Step, double TrainBits, double HeldOutBits, IReadOnlyList<LambTrustRatio> TrustRatios);

/// <summary>Chooses the steps after which the held-out text is looked at.</summary>
/// <remarks>
/// The first and the last, 50 at equal distances, and before those 1, 2, 5, 10, 20, 50 and so on, so that a long run
/// shows early where it goes: fewer than 130, however many steps there are.
/// </remarks>
internal static class CurveSteps
{
    private const int EqualParts = 50;

    /// <summary>Tells whether a step of a run is one of them.</summary>
    public static bool Has(int step, int steps)
    {
        int distance = Math.Max(1, steps / EqualParts);
        return step == steps || step % distance == 0 || (step < distance && IsRound(step));
    }

    private static bool IsRound(int step)
    {
        while (step % 10 == 0)
        {
            step /= 10;
        }

        return step is 1 or 2 or 5;
    }
}
