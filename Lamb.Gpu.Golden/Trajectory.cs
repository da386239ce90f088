using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Golden;

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

/// <summary>The constructor arguments of the Keras optimizer; null is a default that was not passed.</summary>
/// <param name="LearningRate">A number, a schedule, or a callable given by its values.</param>
internal sealed record TrajectoryConfig(
    JsonElement LearningRate,
    string Name,
    [property: JsonPropertyName("beta_1")] double? Beta1 = null,
    [property: JsonPropertyName("beta_2")] double? Beta2 = null,
    double? Epsilon = null,
    double? WeightDecay = null,
    [property: JsonPropertyName("clipnorm")] double? ClipNorm = null,
    [property: JsonPropertyName("clipvalue")] double? ClipValue = null,
    [property: JsonPropertyName("global_clipnorm")] double? GlobalClipNorm = null,
    bool? UseEma = null,
    double? EmaMomentum = null,
    int? EmaOverwriteFrequency = null,
    double? LossScaleFactor = null,
    int? GradientAccumulationSteps = null);

/// <summary>The constructor arguments of a LossScaleOptimizer; null is a default that was not passed.</summary>
internal sealed record LossScaleArguments(double? InitialScale = null, int? DynamicGrowthSteps = null);

/// <summary>The arguments of exclude_from_weight_decay.</summary>
/// <param name="VarList">Indices of variables.</param>
/// <param name="VarNames">Regular expressions over their names.</param>
internal sealed record ExclusionArguments(
    IReadOnlyList<int>? VarList = null, IReadOnlyList<string>? VarNames = null);

/// <summary>A variable as it is before the first action.</summary>
/// <param name="ExcludeFromWeightDecay">The effect of the exclusion call on this variable, as Keras decided it.</param>
internal sealed record TrajectoryVariable(
    string Name,
    IReadOnlyList<long> Shape,
    float[] Initial,
    bool OverwriteWithGradient,
    bool ExcludeFromWeightDecay,
    JsonElement? Constraint);

/// <summary>A variable of the Keras optimizer itself, at its place in a saved state.</summary>
internal sealed record OptimizerVariable(string Name, IReadOnlyList<long> Shape, string Dtype);

/// <summary>How far the float32 run of Keras is from its float64 run.</summary>
/// <param name="Comparable">Whether rounding is all that lies between them.</param>
internal sealed record PrecisionGap(bool AllFinite, double MaxAbsDiff, double MaxRelL2Diff, bool Comparable);

/// <summary>One thing that is done to the optimizer or to its variables.</summary>
/// <param name="Gradients">What is applied: one tensor a variable, null where a variable has none.</param>
/// <param name="Value">The new rate, or the new value of a variable.</param>
/// <param name="Index">The variable that is assigned.</param>
internal sealed record TrajectoryAction(
    string Op,
    IReadOnlyList<float[]?>? Gradients = null,
    JsonElement? Value = null,
    int? Index = null);

/// <summary>What Keras gives in one precision: an entry an action.</summary>
internal sealed record TrajectoryRun(IReadOnlyList<TrajectoryResult> Results);

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

/// <summary>The state of the optimizer, one tensor a variable; null where an option has no state.</summary>
internal sealed record TrajectoryState(
    IReadOnlyList<double[]?>? Momentum,
    IReadOnlyList<double[]?>? Velocity,
    IReadOnlyList<double[]?>? Average,
    IReadOnlyList<double[]?>? Accumulator);

/// <summary>The state of a LossScaleOptimizer after an action.</summary>
internal sealed record LossScaleState(double DynamicScale, int StepCounter);

/// <summary>One tensor of a saved state of Keras.</summary>
internal sealed record SavedVariable(int Index, IReadOnlyList<long> Shape, double[] Values);

/// <summary>What Keras raised.</summary>
internal sealed record KerasError(string Type, string Message);
