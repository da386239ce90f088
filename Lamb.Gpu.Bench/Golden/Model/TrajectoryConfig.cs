using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Bench.Golden.Model;

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
