namespace Lamb.Gpu.Bench.Train;

/// <summary>Records what was measured after a step.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="TrainBits">Bits a character of the latest batches, smoothed.</param>
/// <param name="HeldOutBits">Bits a character of a sample of the held-out text.</param>
/// <param name="TrustRatios">The trust ratio of each variable in the step.</param>
internal sealed record CurvePoint(
    int Step, double TrainBits, double HeldOutBits, IReadOnlyList<LambTrustRatio> TrustRatios);
