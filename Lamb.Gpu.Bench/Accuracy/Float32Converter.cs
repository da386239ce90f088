using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>Writes a double as the shortest text of its float32; what is not finite as a string.</summary>
internal sealed class Float32Converter : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("It only writes.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        float narrow = (float)value;
        if (float.IsFinite(narrow))
        {
            writer.WriteNumberValue(narrow);
        }
        else
        {
            writer.WriteStringValue(float.IsNaN(narrow) ? "NaN" : narrow > 0 ? "Infinity" : "-Infinity");
        }
    }
}
