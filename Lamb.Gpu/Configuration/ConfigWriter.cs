using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lamb.Gpu.Configuration;

/// <summary>Writes values as Python would: a float keeps its point, so that Keras reads a float back.</summary>
internal static class ConfigWriter
{
    /// <summary>Writes a double (as a float), a whole number, a bool, a string, an array of these, or null.</summary>
    /// <exception cref="NotSupportedException">A number is not finite, or a string not whole Unicode.</exception>
    public static void Write(this Utf8JsonWriter writer, string key, object? value)
    {
        writer.WritePropertyName(key);
        WriteValue(writer, key, value);
    }

    private static void WriteValue(Utf8JsonWriter writer, string key, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case double number:
                writer.WriteRawValue(FloatText(key, number));
                break;
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                writer.WriteStringValue(WholeText(key, text));
                break;
            case Array items:
                writer.WriteStartArray();
                foreach (object? item in items)
                {
                    WriteValue(writer, key, item);
                }

                writer.WriteEndArray();
                break;
            default:
                throw new ArgumentException(
                    $"'{key}' must be a number, a flag, a text, a list or null, was a {value.GetType().Name}.",
                    nameof(value));
        }
    }

    /// <summary>Returns the text itself: half a surrogate pair would read back as another character.</summary>
    private static string WholeText(string key, string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text
            ? text
            : throw new NotSupportedException(
                $"'{key}' must be valid Unicode to be written as JSON, has half a surrogate pair. Correct it.");

    /// <summary>Returns the shortest text that reads back as the same bits, with a point or an exponent.</summary>
    private static string FloatText(string key, double number)
    {
        if (!double.IsFinite(number))
        {
            throw new NotSupportedException(
                $"'{key}' must be finite to be written as JSON, was {number.ToString(CultureInfo.InvariantCulture)}. "
                + "Write a finite number, and set yours again on what is read from it.");
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }
}
