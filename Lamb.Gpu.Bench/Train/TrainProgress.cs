namespace Lamb.Gpu.Bench.Train;

/// <summary>Says where a run is.</summary>
/// <param name="Step">The steps done.</param>
/// <param name="Steps">The steps to do.</param>
/// <param name="TrainBits">Bits a character of the latest batches, smoothed.</param>
/// <param name="HeldOutBits">Bits a character of a sample of the held-out text, as last measured.</param>
/// <param name="StepsPerSecond">The speed since the start.</param>
/// <param name="OptimizerShare">The optimizer's share of the time of a step.</param>
internal sealed record TrainProgress(
    int Step, int Steps, double TrainBits, double HeldOutBits, double StepsPerSecond, double OptimizerShare)
{
    /// <summary>The loss in nats.</summary>
    public double Loss => TrainBits * Math.Log(2);
}
