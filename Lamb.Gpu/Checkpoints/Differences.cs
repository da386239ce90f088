using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Lists in what a file differs from the optimizer that is to load it: the first differences as text, the
/// others as a count.</summary>
internal sealed class Differences
{
    private const int MostShown = 100;

    // What the file alone has is not followed further down than that.
    private const int LongestPath = 256;

    private readonly List<string> shown = [];
    private long count;

    /// <summary>Gets whether there are any.</summary>
    public bool Any => count > 0;

    /// <summary>Gets whether the next one is still shown.</summary>
    public bool HasRoom => shown.Count < MostShown;

    /// <summary>Notes some that are not shown.</summary>
    public void Count(long more) => count += more;

    /// <summary>Notes one; what is missing is null.</summary>
    public void Add(string name, string? there, string? here)
    {
        count++;
        if (HasRoom)
        {
            shown.Add($"{FileText.Quote(name)} is {Cut(there)} in the file, {Cut(here)} in this optimizer.");
        }
    }

    /// <summary>Notes in what two JSON values differ, as values: spaces and the order of keys do not count.</summary>
    /// <param name="path">What the value is called, as <c>configuration.beta_1</c>.</param>
    /// <param name="there">What the file has; undefined where it is missing.</param>
    /// <param name="here">What the optimizer has; undefined where it is missing.</param>
    /// <param name="without">Properties of it that do not count.</param>
    public void Compare(string path, JsonElement there, JsonElement here, params string[] without)
    {
        bool isMine = IsBranch(here) && (IsBranch(there) || IsMissing(there));
        if (!isMine && !(IsBranch(there) && IsMissing(here) && path.Length < LongestPath))
        {
            CompareWhole(path, there, here);
            return;
        }

        foreach (JsonProperty mine in Properties(here).Where(IsCounted))
        {
            Compare($"{path}.{mine.Name}", Find(there, mine.Name), mine.Value);
        }

        foreach (JsonProperty other in Properties(there).Where(IsCounted))
        {
            if (!HasRoom)
            {
                count += IsMissing(Find(here, other.Name)) ? 1 : 0;
            }
            else if (IsMissing(Find(here, other.Name)))
            {
                Compare($"{path}.{other.Name}", other.Value, default);
            }
        }

        bool IsCounted(JsonProperty property) => !Array.Exists(without, property.NameEquals);
    }

    /// <summary>Notes in what two lists of JSON values differ.</summary>
    public void CompareLists(string name, JsonElement there, JsonElement here)
    {
        int both = Math.Min(there.GetArrayLength(), here.GetArrayLength());
        foreach ((int i, (JsonElement file, JsonElement mine)) in
            there.EnumerateArray().Zip(here.EnumerateArray()).Index())
        {
            if (!JsonElement.DeepEquals(file, mine))
            {
                CompareWhole($"{name} {i}", file, mine);
            }
        }

        AddRest(there, value => (value, default));
        AddRest(here, value => (default, value));

        void AddRest(JsonElement list, Func<JsonElement, (JsonElement There, JsonElement Here)> pair)
        {
            int next = both;
            foreach (JsonElement value in list.EnumerateArray().Skip(both).TakeWhile(_ => HasRoom))
            {
                (JsonElement file, JsonElement mine) = pair(value);
                CompareWhole($"{name} {next++}", file, mine);
            }

            count += list.GetArrayLength() - next;
        }
    }

    /// <summary>Returns all as one text.</summary>
    public override string ToString() => count == shown.Count
        ? string.Join(' ', shown)
        : $"{string.Join(' ', shown)} There are {count - shown.Count} differences more.";

    private void CompareWhole(string path, JsonElement there, JsonElement here)
    {
        if (IsMissing(there) || IsMissing(here) || !JsonElement.DeepEquals(there, here))
        {
            Add(path, HasRoom ? Show(there) : null, HasRoom ? Show(here) : null);
        }
    }

    private static bool IsMissing(JsonElement value) => value.ValueKind == JsonValueKind.Undefined;

    private static bool IsBranch(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() > 0;

    private static JsonElement.ObjectEnumerator Properties(JsonElement value) =>
        IsMissing(value) ? default : value.EnumerateObject();

    private static JsonElement Find(JsonElement value, string name) =>
        !IsMissing(value) && value.TryGetProperty(name, out JsonElement found) ? found : default;

    // An object that stands against something else, as a schedule against a number, is shown by its class.
    private static string? Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => null,
        JsonValueKind.Object when IsBranch(value) =>
            (value.TryGetProperty("class_name", out JsonElement name) ? name.GetRawText() : "an object") + " …",
        _ => value.GetRawText(),
    };

    private static string Cut(string? value) => value == null ? "missing" : FileText.Quote(value)[1..^1];
}

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
