using System.Text.Json;

namespace Lamb.Gpu.Bench.Golden;

/// <summary>Makes the constraint that a Keras config describes.</summary>
internal static class ConstraintMap
{
    /// <summary>Reads class_name and config; null where there is no constraint.</summary>
    public static LambConstraint? Of(JsonElement? constraint)
    {
        if (constraint is not { ValueKind: JsonValueKind.Object } found)
        {
            return null;
        }

        JsonElement config = found.GetProperty("config");
        double Number(string key) => config.GetProperty(key).GetDouble();
        string name = found.GetProperty("class_name").GetString()!;
        return name switch
        {
            "MaxNorm" => new MaxNormConstraint(Number("max_value"), Axis(config)),
            "NonNeg" => new NonNegativeConstraint(),
            "UnitNorm" => new UnitNormConstraint(Axis(config)),
            "MinMaxNorm" => new MinMaxNormConstraint(
                Number("min_value"), Number("max_value"), Number("rate"), Axis(config)),
            _ => throw new InvalidDataException($"There is no constraint '{name}'."),
        };
    }

    private static int[] Axis(JsonElement config)
    {
        JsonElement axis = config.GetProperty("axis");
        return axis.ValueKind == JsonValueKind.Array
            ? [.. axis.EnumerateArray().Select(each => each.GetInt32())]
            : [axis.GetInt32()];
    }
}
