namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>What Keras gives for one action; null is what a file does not record at this step.</summary>
/// <param name="RawIterations">Calls of apply so far that were not refused or skipped.</param>
/// <param name="Iterations">Updates so far.</param>
/// <param name="LearningRate">The rate just before an apply.</param>
internal sealed record TrajectoryResult(
    string Op,
    long RawIterations,
    long Iterations,
    double? LearningRate = null,
    bool? Skipped = null,
    bool? IsUpdate = null,
    int? LearningRateCalls = null,
    KerasError? Error = null,
    LossScaleState? LossScale = null,
    IReadOnlyList<SavedVariable>? Saved = null,
    IReadOnlyList<double[]>? Variables = null,
    TrajectoryState? State = null);
