using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Writes options, variables and rates as JSON that is compared, code of the caller's included.</summary>
/// <remarks>Code has no form in JSON: the word <c>function</c> stands in its place.</remarks>
internal static class ConfigurationText
{
    /// <summary>What stands in the place of code.</summary>
    public const string Function = "function";

    /// <summary>Writes what get_config would return, and what Keras does not have.</summary>
    /// <exception cref="NotSupportedException">A name is not whole Unicode.</exception>
    public static string Of(LambOptions options)
    {
        var replaced = new Dictionary<string, JsonNode?>();
        LambOptions written = options with
        {
            LearningRate = WithForm(options.LearningRate, replaced),
            Beta1 = options.Beta1.Number ?? Instead("beta_1", Function, 0),
            Beta2 = options.Beta2.Number ?? Instead("beta_2", Function, 0),
            ClipNorm = Finite("clipnorm", options.ClipNorm),
            GlobalClipNorm = Finite("global_clipnorm", options.GlobalClipNorm),
            ClipValue = Finite("clipvalue", options.ClipValue),
            EmaMomentum = Finite("ema_momentum", options.EmaMomentum)!.Value,

            // Looking whether weights were written changes no bit.
            WeightAccess = options.WeightAccess == LambWeightAccess.Shared
                ? LambWeightAccess.Shared
                : LambWeightAccess.Exclusive,
        };
        JsonNode root = JsonNode.Parse(Render(writer => OptionsJson.Write(writer, written)))!;
        JsonNode config = root["inner_optimizer"]?["config"] ?? root;
        foreach ((string key, JsonNode? value) in replaced)
        {
            config[key] = value;
        }

        return root.ToJsonString();

        double Instead(string key, string text, double number)
        {
            replaced[key] = text;
            return number;
        }

        double? Finite(string key, double? number) => number is { } value && !double.IsFinite(value)
            ? Instead(key, value.ToString(CultureInfo.InvariantCulture), 0)
            : number;
    }

    /// <summary>Tells whether a rate has a form in JSON, and is not code of the caller's.</summary>
    public static bool HasForm(LambLearningRate rate) =>
        rate.Number != null || (rate.Schedule is { } schedule && ScheduleJson.IsBuiltIn(schedule));

    /// <summary>Writes what a rate comes from: a number, a built-in schedule or the word for code.</summary>
    public static string Of(LambLearningRate rate)
    {
        if (rate.Schedule is { } schedule && ScheduleJson.IsBuiltIn(schedule))
        {
            return Render(writer => ScheduleJson.Write(writer, schedule));
        }

        return rate.Number is { } number
            ? Render(writer => writer.WriteNumberValue(number))
            : Render(writer => writer.WriteStringValue(Function));
    }

    /// <summary>Reads it again; null for code.</summary>
    /// <exception cref="JsonException">It is none of the three.</exception>
    public static LambLearningRate? ReadRate(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String when element.ValueEquals(Function) => null,
        JsonValueKind.Number when element.TryGetDouble(out double number) && float.IsFinite((float)number) => number,
        JsonValueKind.Object => ScheduleJson.Read(element),
        _ => throw new JsonException($"It must be a finite number, a schedule or \"{Function}\"."),
    };

    /// <summary>Writes what distinguishes each variable.</summary>
    /// <exception cref="ArgumentException">A name is not whole Unicode.</exception>
    public static string Of(IEnumerable<LambVariable> variables) => Render(writer =>
    {
        writer.WriteStartArray();
        foreach (LambVariable variable in variables)
        {
            SafetensorsHeader.RequireWhole(variable.Name);
            writer.WriteStringValue(
                variable
                + (variable.ExcludeFromWeightDecay ? ", excluded from weight decay" : "")
                + (variable.ExcludeFromTrustRatio ? ", excluded from trust ratios" : "")
                + (variable.WeightView.DataType is var storage and not LambDataType.Float32 ? $", in {storage}" : "")
                + (variable.OverwriteWithGradient ? ", overwritten with its gradient" : "")
                + (variable.Constraint is { } constraint ? $", {Describe(constraint)}" : ""));
        }

        writer.WriteEndArray();
    });

    private static string Describe(LambConstraint constraint) =>
        constraint.Config() == null ? $"{constraint.GetType().Name} ({Function})" : constraint.ToString();

    private static LambLearningRate WithForm(LambLearningRate rate, Dictionary<string, JsonNode?> replaced)
    {
        if (HasForm(rate))
        {
            return rate;
        }

        replaced["learning_rate"] = Function;
        return 0;
    }

    private static string Render(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
