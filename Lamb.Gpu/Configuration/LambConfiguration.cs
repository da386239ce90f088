using System.Text;
using System.Text.Json;
using Lamb.Gpu.Configuration;

namespace Lamb.Gpu;

/// <summary>Reads options from the JSON that Keras keeps of an optimizer, and writes them as Keras would.</summary>
/// <remarks>
/// In Python, <c>json.dumps(optimizer.get_config())</c> writes such a text and
/// <c>Lamb.from_config(json.loads(text))</c> reads one; with a dynamic loss scale the class is
/// <c>LossScaleOptimizer</c>. Options that Keras does not have follow its keys in an object of their own,
/// <c>"lamb_gpu": {"weight_decay_mode": "update", …}</c>, where one of them differs from its default. Keras refuses
/// such a config for the key that it does not know, as it should: it would compute another update.
/// </remarks>
public static class LambConfiguration
{
    /// <param name="options">What is written.</param>
    extension(LambOptions options)
    {
        /// <summary>Reads what get_config returns of Keras's Lamb, or of a LossScaleOptimizer around it.</summary>
        /// <param name="json">
        /// One JSON object with the names of Keras, alone or as the config in
        /// <c>{"class_name": …, "config": …}</c>, as keras.optimizers.serialize wraps it. A key that is missing has the
        /// default of Keras; an integer is read where Keras writes a float. A learning rate is a number or one of the
        /// built-in schedules, wrapped the same way.
        /// </param>
        /// <returns>The options: what ToJson wrote is equal again, each number to the bit.</returns>
        /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
        /// <exception cref="JsonException">
        /// The text is not one JSON object, or holds a key that is unknown or there twice, a value of the wrong type or
        /// range (a number beyond a double, a count beyond 32 bits), a schedule that is not built in or whose arguments
        /// break its rules. All that is wrong is named with its path, but only the first of what is not JSON.
        /// </exception>
        /// <exception cref="ArgumentException">
        /// The options break the rules that <see cref="LambOptimizer"/> asks of them; all broken ones are named.
        /// </exception>
        public static LambOptions FromJson(string json)
        {
            ArgumentNullException.ThrowIfNull(json);
            using JsonDocument document = Parse(json);
            LambOptions read = OptionsJson.Read(document.RootElement);
            read.Validate();
            return read;
        }

        /// <summary>Writes what get_config would return; with a dynamic loss scale, of a LossScaleOptimizer.</summary>
        /// <remarks>
        /// Every key of Keras is written, in its order, then <c>lamb_gpu</c> where there is need of it. A float keeps
        /// its point, and has the shortest text that reads back as the same bits.
        /// </remarks>
        /// <returns>One JSON object, without white space.</returns>
        /// <exception cref="ArgumentNullException">The options are null.</exception>
        /// <exception cref="ArgumentException">
        /// The options break the rules that <see cref="LambOptimizer"/> asks of them; all broken ones are named.
        /// </exception>
        /// <exception cref="NotSupportedException">
        /// Something has no form in JSON: a function as the learning rate or as a beta, a schedule that is not built
        /// in, a number that is not finite, half a surrogate pair in a name.
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
