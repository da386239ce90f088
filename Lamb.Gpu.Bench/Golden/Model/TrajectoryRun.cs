namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>What Keras gives in one precision: an entry an action.</summary>
internal sealed record TrajectoryRun(IReadOnlyList<TrajectoryResult> Results);
