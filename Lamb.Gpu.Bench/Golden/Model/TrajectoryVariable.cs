using System.Text.Json;

namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>A variable as it is before the first action.</summary>
/// <param name="ExcludeFromWeightDecay">The effect of the exclusion call on this variable, as Keras decided it.</param>
internal sealed record TrajectoryVariable(
    string Name,
    IReadOnlyList<long> Shape,
    float[] Initial,
    bool OverwriteWithGradient,
    bool ExcludeFromWeightDecay,
    JsonElement? Constraint);
