using System.Text.Json;

namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>One scenario: an optimizer, its variables, what is done to them, and what Keras makes of it.</summary>
internal sealed record Trajectory(
    string Kind,
    int Schema,
    string Name,
    string Description,
    IReadOnlyList<string> Tags,
    long Seed,
    TrajectoryConfig Config,
    TrajectoryConfig FullConfig,
    LossScaleArguments? LossScaleOptimizer,
    ExclusionArguments? ExcludeFromWeightDecay,
    IReadOnlyList<TrajectoryVariable> Variables,
    IReadOnlyList<OptimizerVariable> OptimizerVariables,
    PrecisionGap Float32VsFloat64,
    IReadOnlyList<TrajectoryAction> Actions,
    TrajectoryRun Float32,
    TrajectoryRun Float64,
    JsonElement? Sensitivity = null,
    bool? SaveLoadIdenticalToUninterrupted = null);
