namespace Lamb.Gpu.Bench.Train;

/// <summary>Says that the loss is not finite any more.</summary>
internal sealed class TrainingDivergedException(int step, double loss)
    : Exception($"Training has diverged: the loss is {loss} at step {step}. Try another --batch or --seed.");
