using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>The texts in the header of a checkpoint: what they are called, and how they are read again.</summary>
internal static class CheckpointMetadata
{
    private const string FormatName = "lamb_gpu_checkpoint";
    private const string FormatVersion = "1";
    private const string Format = "format";
    private const string Version = "format_version";
    private const string Library = "library_version";
    private const string Configuration = "configuration";
    private const string Variables = "variables";
    private const string Raw = "raw_iterations";
    private const string Iterations = "iterations";
    private const string Rate = "learning_rate";
    private const string Sums = "keeps_sums";
    private const string Scale = "loss_scale";
    private const string FiniteSteps = "finite_steps";
    private const string SkippedInARow = "skipped_in_a_row";
    private const string Decaying = "decaying";

    /// <summary>Writes all texts; the checksum is still to come.</summary>
    /// <param name="options">The options of the optimizer.</param>
    /// <param name="variables">Its variables.</param>
    /// <param name="state">What it knows.</param>
    /// <param name="rate">Where η comes from.</param>
    /// <param name="window">The micro-steps of an iteration.</param>
    public static Dictionary<string, string> Write(
        LambOptions options,
        IReadOnlyList<LambVariable> variables,
        CheckpointState state,
        LambLearningRate rate,
        int window)
    {
        var texts = new Dictionary<string, string>
        {
            [Format] = FormatName,
            [Version] = FormatVersion,
            [Library] = typeof(LambCheckpointException).Assembly
                .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            [ContentChecksum.Key] = ContentChecksum.Placeholder,
            [Iterations] = Text(state.RawIterations / window),
            [Raw] = Text(state.RawIterations),
            [Rate] = ConfigurationText.Of(rate),
            [Sums] = Text(state.KeepsSums),
            [Decaying] = $"[{string.Join(',', state.Decaying.Select(Text))}]",
            [Configuration] = ConfigurationText.Of(options),
            [Variables] = ConfigurationText.Of(variables),
        };
        if (state.LossScale is { } scale)
        {
            texts[Scale] = Text(scale.Scale);
            texts[FiniteSteps] = Text(scale.FiniteSteps);
            texts[SkippedInARow] = Text(state.SkippedInARow);
        }

        return texts;
    }

    /// <summary>Throws where a file is not a checkpoint of a version that is known.</summary>
    public static void RequireFormat(SafetensorsHeader header, string file)
    {
        var texts = new HeaderTexts(header.Metadata, file);
        if (texts.Any(Format) != FormatName)
        {
            throw FileText.Bad(
                file,
                $"it is a safetensors file, but not a checkpoint: the text '{Format}' in its header must be "
                + $"'{FormatName}', was {texts.Shown(Format)}.");
        }

        if (texts.Any(Version) != FormatVersion)
        {
            throw FileText.Bad(
                file,
                $"the format version must be {FormatVersion}, was {texts.Shown(Version)}. Load it with "
                + $"the library that wrote it, {texts.Shown(Library)}.");
        }
    }

    /// <summary>Lists in what a checkpoint is one of another optimizer.</summary>
    /// <param name="saved">The texts of the file.</param>
    /// <param name="mine">What they would be if the optimizer were saved.</param>
    public static Differences Compare(HeaderTexts saved, HeaderTexts mine)
    {
        using JsonDocument there = saved.Json(Configuration), here = mine.Json(Configuration);
        var found = new Differences();
        CompareOptions(found, there.RootElement, here.RootElement);
        using JsonDocument theirs = saved.Json(Variables), own = mine.Json(Variables);
        if (theirs.RootElement.ValueKind != JsonValueKind.Array)
        {
            throw saved.Wrong(Variables, "be a list");
        }

        found.CompareLists("variable", theirs.RootElement, own.RootElement);
        return found;
    }

    /// <summary>Reads what an optimizer takes.</summary>
    /// <param name="texts">The texts of a header.</param>
    /// <param name="variables">How many variables there are.</param>
    /// <param name="window">The micro-steps of an iteration.</param>
    /// <param name="hasScale">Whether there is a loss scale that adapts.</param>
    public static CheckpointState Read(HeaderTexts texts, int variables, int window, bool hasScale)
    {
        long raw = texts.Count(Raw, LambStateValue.LargestCount);
        if (texts.Count(Iterations, LambStateValue.LargestCount) != raw / window)
        {
            throw texts.Wrong(Iterations, $"be {raw} / {window}");
        }

        LambLossScale? scale = hasScale
            ? new LambLossScale(texts.Scale(Scale), (int)texts.Count(FiniteSteps, int.MaxValue))
            : null;

        // Files of the versions before do not have it.
        int skipped = hasScale && texts.Any(SkippedInARow).Length > 0
            ? (int)texts.Count(SkippedInARow, int.MaxValue)
            : 0;
        return new CheckpointState(
            raw, texts.Flag(Sums), ReadRate(texts), scale, skipped, texts.Flags(Decaying, variables));
    }

    // By the names that Keras has for the options, whether a loss scale stands around them or not. What an optimizer is
    // called changes no bit.
    private static void CompareOptions(Differences found, JsonElement there, JsonElement here)
    {
        const string inner = "inner_optimizer", name = "name";
        found.Compare(Configuration, Options(there), Options(here), name);
        if (IsWrapped(there) || IsWrapped(here))
        {
            found.Compare("dynamic_loss_scale", Wrapper(there), Wrapper(here), inner, name);
        }

        static bool IsWrapped(JsonElement configuration) => configuration.ValueKind == JsonValueKind.Object
            && configuration.TryGetProperty(inner, out JsonElement wrapped) && wrapped.ValueKind == JsonValueKind.Object
            && wrapped.TryGetProperty("config", out _);

        static JsonElement Options(JsonElement configuration) => IsWrapped(configuration)
            ? configuration.GetProperty(inner).GetProperty("config")
            : configuration;

        static JsonElement Wrapper(JsonElement configuration) => IsWrapped(configuration) ? configuration : default;
    }

    private static LambLearningRate? ReadRate(HeaderTexts texts)
    {
        using JsonDocument rate = texts.Json(Rate);
        try
        {
            return ConfigurationText.ReadRate(rate.RootElement);
        }
        catch (JsonException wrong)
        {
            throw texts.Wrong(Rate, $"be a rate ({wrong.Message})");
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "true" : "false";
}

/// <summary>Reads the texts in the header of a checkpoint, each as what it must be.</summary>
/// <param name="texts">The texts.</param>
/// <param name="file">The name of the file, for errors.</param>
internal sealed class HeaderTexts(IReadOnlyDictionary<string, string> texts, string file)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Returns a text, or none.</summary>
    public string Any(string key) => texts.GetValueOrDefault(key) ?? "";

    /// <summary>Reads a whole number, 0 or more.</summary>
    public long Count(string key, long most) =>
        long.TryParse(Get(key), NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count <= most
            ? count
            : throw Wrong(key, $"be a whole number up to {most}");

    /// <summary>Reads a number, 0 or more.</summary>
    public float Scale(string key) =>
        float.TryParse(Get(key), NumberStyles.Float, CultureInfo.InvariantCulture, out float scale) && scale >= 0
            ? scale
            : throw Wrong(key, "be a number, 0 or more");

    public bool Flag(string key) => Get(key) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Wrong(key, "be true or false"),
    };

    /// <summary>Reads a list of so many flags.</summary>
    public bool[] Flags(string key, int length)
    {
        using JsonDocument list = Json(key);
        JsonElement root = list.RootElement;
        bool isList = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == length
            && root.EnumerateArray().All(item => item.ValueKind is JsonValueKind.True or JsonValueKind.False);
        return isList
            ? [.. root.EnumerateArray().Select(item => item.GetBoolean())]
            : throw Wrong(key, $"be a list of {length} times true or false");
    }

    /// <summary>Reads JSON.</summary>
    public JsonDocument Json(string key)
    {
        try
        {
            return JsonDocument.Parse(Get(key), Strict);
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Wrong(key, $"be JSON ({wrong.Message})");
        }
    }

    /// <summary>Makes the exception for a text that is not what it must be.</summary>
    public LambCheckpointException Wrong(string key, string must) =>
        FileText.Bad(file, $"the text '{key}' in the header must {must}, was {Shown(key)}.");

    /// <summary>Shows a text in an error.</summary>
    public string Shown(string key) => texts.TryGetValue(key, out string? text) ? FileText.Quote(text) : "missing";

    private string Get(string key) => texts.TryGetValue(key, out string? text)
        ? text
        : throw FileText.Bad(file, $"the header must have the text '{key}', and has not.");
}
