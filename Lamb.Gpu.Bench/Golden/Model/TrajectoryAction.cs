using System.Text.Json;

namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>One thing that is done to the optimizer or to its variables.</summary>
/// <param name="Gradients">What is applied: one tensor a variable, null where a variable has none.</param>
/// <param name="Value">The new rate, or the new value of a variable.</param>
/// <param name="Index">The variable that is assigned.</param>
internal sealed record TrajectoryAction(
    string Op,
    IReadOnlyList<float[]?>? Gradients = null,
    JsonElement? Value = null,
    int? Index = null);
