namespace Lamb.Gpu.Bench.Train;

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
