namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>The state of the optimizer, one tensor a variable; null where an option has no state.</summary>
internal sealed record TrajectoryState(
    IReadOnlyList<double[]?>? Momentum,
    IReadOnlyList<double[]?>? Velocity,
    IReadOnlyList<double[]?>? Average,
    IReadOnlyList<double[]?>? Accumulator);
