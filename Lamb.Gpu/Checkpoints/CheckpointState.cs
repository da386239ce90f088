namespace Lamb.Gpu.Checkpoints;

/// <summary>What an optimizer knows besides its tensors, and takes from a checkpoint.</summary>
/// <param name="RawIterations">Gradients taken, micro-steps included.</param>
/// <param name="KeepsSums">Whether the next window goes on with the sums that there are.</param>
/// <param name="LearningRate">The number or built-in schedule that η comes from; null for code of the caller's.</param>
/// <param name="LossScale">The scale that adapts itself, or null.</param>
/// <param name="SkippedInARow">Skipped steps in a row; 0 where none does.</param>
/// <param name="Decaying">For each variable, whether it decays.</param>
internal sealed record CheckpointState(
    long RawIterations,
    bool KeepsSums,
    LambLearningRate? LearningRate,
    LambLossScale? LossScale,
    int SkippedInARow,
    IReadOnlyList<bool> Decaying);
