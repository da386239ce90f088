using System.Text;
using System.Text.Json;
using Lamb.Gpu.Configuration;

namespace Lamb.Gpu;

/// <summary>Reads options from the JSON of a Keras optimizer configuration, and writes them as Keras
/// would.</summary>
/// <remarks>
/// In Python, <c>json.dumps(optimizer.get_config())</c> writes such a text and
/// <c>Lamb.from_config(json.loads(text))</c> reads one; with a dynamic loss scale the class is
/// <c>LossScaleOptimizer</c>. Options that Keras does not have follow its keys in an object of their own,
/// <c>"lamb_gpu": {"weight_decay_mode": "update", …}</c>, if one of them differs from its default. Keras rejects
/// such a configuration because of the unknown key, and rightly so: it would compute another update.
/// </remarks>
public static class LambConfiguration
{
    /// <param name="options">The options to write.</param>
    extension(LambOptions options)
    {
        /// <summary>Reads what get_config of Keras's Lamb returns, or of a LossScaleOptimizer around it.</summary>
        /// <param name="json">
        /// One JSON object with the names of Keras, alone or as the config in <c>{"class_name": …, "config": …}</c>, as
        /// keras.optimizers.serialize wraps it. A missing key has Keras's default; an integer is accepted where Keras
        /// writes a float. A learning rate is a number or one of the built-in schedules, wrapped the same way.
        /// </param>
        /// <returns>The options. What ToJson wrote is read back as equal options, each number to the bit.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
        /// <exception cref="JsonException">
        /// The text is not one JSON object, or contains an unknown or duplicate key, a value of the wrong type or range
        /// (a number beyond double, a count beyond 32 bits), or a schedule that is not built in or has invalid
        /// arguments. The message lists every problem with its path, but only the first syntax error.
        /// </exception>
        /// <exception cref="ArgumentException">
        /// An option is not one that <see cref="LambOptimizer"/> accepts; the message lists all such options.
        /// </exception>
        public static LambOptions FromJson(string json)
        {
            ArgumentNullException.ThrowIfNull(json);
            using JsonDocument document = Parse(json);
            LambOptions read = OptionsJson.Read(document.RootElement);
            read.Validate();
            return read;
        }

        /// <summary>Writes what get_config of the Keras optimizer returns; with a dynamic loss scale, of a
        /// LossScaleOptimizer.</summary>
        /// <remarks>
        /// Writes every Keras key, in Keras's order, then <c>lamb_gpu</c> if it is needed. A float keeps its decimal
        /// point, and is the shortest text that reads back as the same bits.
        /// </remarks>
        /// <returns>One JSON object, without white space.</returns>
        /// <exception cref="ArgumentNullException">The options are null.</exception>
        /// <exception cref="ArgumentException">
        /// An option is not one that <see cref="LambOptimizer"/> accepts; the message lists all such options.
        /// </exception>
        /// <exception cref="NotSupportedException">
        /// Something cannot be written as JSON: a function as the learning rate or a beta, a schedule that is not built
        /// in, a number that is not finite, or half a surrogate pair in a name.
        /// </exception>
        public string ToJson()
        {
            ArgumentNullException.ThrowIfNull(options);
            options.Validate();
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                OptionsJson.Write(writer, options);
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            // Half a surrogate pair is an ArgumentException in the text, and an InvalidOperationException in a key.
            throw new JsonException(
                $"Expected a JSON object: the config of a Lamb, or of a LossScaleOptimizer around one. {wrong.Message}",
                wrong);
        }
    }
}
