using System.Text.Json;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu.Configuration;

/// <summary>Reads and writes what get_config returns of a Lamb, or of a LossScaleOptimizer around one.</summary>
/// <remarks>Every number reads back as the bits that were written. A key that is missing has its default.</remarks>
internal static class OptionsJson
{
    private const string Module = "keras.optimizers";
    private const string LambClass = "Lamb";
    private const string LossScaleClass = "LossScaleOptimizer";
    private const string InnerKey = "inner_optimizer";
    private const string RateKey = "learning_rate";

    /// <summary>Reads what get_config or keras.optimizers.serialize returned; checks no rule of the options.</summary>
    /// <exception cref="JsonException">Something is wrong; the text names the path of everything that is.</exception>
    public static LambOptions Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException(
                $"The config of an optimizer must be a JSON object, was {ConfigReader.Excerpt(element)}.");
        }

        var problems = new List<string>();
        var config = new ConfigReader(element, "", problems);
        string? className = element.TryGetProperty(InnerKey, out _) ? LossScaleClass : LambClass;
        if (element.TryGetProperty("class_name", out _))
        {
            (className, config) = Envelope.Open(config, Module, [LambClass, LossScaleClass], "");
        }

        LambOptions read = className == LossScaleClass ? ReadLossScale(config, problems) : ReadLamb(config, problems);
        return problems.Count == 0 ? read : throw new JsonException(string.Join(' ', problems));
    }

    /// <summary>Writes what get_config would return; checks no rule of the options.</summary>
    /// <exception cref="NotSupportedException">
    /// Something has no form in JSON: a function, a schedule that is not built in, a number that is not finite.
    /// </exception>
    public static void Write(Utf8JsonWriter writer, LambOptions options)
    {
        RequireForms(options);
        writer.WriteStartObject();
        if (options.DynamicLossScale is { } lossScale)
        {
            writer.Write("name", lossScale.Name);
            writer.WritePropertyName(InnerKey);
            Envelope.Write(writer, Module, LambClass, () => WriteLamb(writer, options));
            writer.Write("initial_scale", lossScale.InitialScale);
            writer.Write("dynamic_growth_steps", lossScale.DynamicGrowthSteps);
            ExtensionJson.Write(writer, lossScale);
        }
        else
        {
            WriteLamb(writer, options);
        }

        writer.WriteEndObject();
    }

    private static LambOptions ReadLossScale(ConfigReader config, List<string> problems)
    {
        var defaults = new LambDynamicLossScale();
        string name = config.Text("name", defaults.Name);
        (_, ConfigReader inner) = Envelope.Open(config.Inner(InnerKey), Module, [LambClass], "");
        LambOptions lamb = ReadLamb(inner, problems);
        var lossScale = new LambDynamicLossScale
        {
            Name = name,
            InitialScale = config.Number("initial_scale", defaults.InitialScale),
            DynamicGrowthSteps = config.Whole("dynamic_growth_steps", defaults.DynamicGrowthSteps),
        };
        lossScale = ExtensionJson.Read(config, lossScale);
        config.RefuseUnknown();
        return lamb with { DynamicLossScale = lossScale };
    }

    private static LambOptions ReadLamb(ConfigReader config, List<string> problems)
    {
        var defaults = new LambOptions();
        var read = new LambOptions
        {
            Name = config.Text("name", defaults.Name),
            LearningRate = ReadLearningRate(config, defaults.LearningRate, problems),
            WeightDecay = config.NumberOrNull("weight_decay"),
            ClipNorm = config.NumberOrNull("clipnorm"),
            GlobalClipNorm = config.NumberOrNull("global_clipnorm"),
            ClipValue = config.NumberOrNull("clipvalue"),
            UseEma = config.Flag("use_ema", defaults.UseEma),
            EmaMomentum = config.Number("ema_momentum", defaults.EmaMomentum),
            EmaOverwriteFrequency = config.WholeOrNull("ema_overwrite_frequency"),
            LossScaleFactor = config.NumberOrNull("loss_scale_factor"),
            GradientAccumulationSteps = config.WholeOrNull("gradient_accumulation_steps"),
            Beta1 = config.Number("beta_1", defaults.Beta1.Number),
            Beta2 = config.Number("beta_2", defaults.Beta2.Number),
            Epsilon = config.Number("epsilon", defaults.Epsilon),
        };
        read = ExtensionJson.Read(config, read);
        config.RefuseUnknown();
        return read;
    }

    private static LambLearningRate ReadLearningRate(
        ConfigReader config, LambLearningRate fallback, List<string> problems) =>
        config.Find(RateKey) is { ValueKind: JsonValueKind.Object } schedule
            ? ScheduleJson.Read(schedule, config.PathOf(RateKey), problems) ?? fallback
            : config.Number(RateKey, fallback.Number, "a finite number, or a schedule with class_name and config");

    private static void RequireForms(LambOptions options)
    {
        LambLearningRate rate = options.LearningRate;
        new ArgumentRules()
            .Require(
                rate.Schedule is { } schedule ? ScheduleJson.IsBuiltIn(schedule) : !rate.IsCallable,
                nameof(options.LearningRate),
                $"be a number or a built-in schedule ({ScheduleJson.BuiltIn}) to be written",
                rate)
            .Require(
                options.Beta1.Number.HasValue, nameof(options.Beta1), "be a number to be written", options.Beta1)
            .Require(
                options.Beta2.Number.HasValue, nameof(options.Beta2), "be a number to be written", options.Beta2)
            .ThrowNotSupported(
                "Code has no form in a config: write the options with a number there, and set your own again on what "
                + "is read from it.");
    }

    private static void WriteLamb(Utf8JsonWriter writer, LambOptions options)
    {
        writer.Write("name", options.Name);
        if (options.LearningRate.Schedule is { } schedule)
        {
            writer.WritePropertyName(RateKey);
            ScheduleJson.Write(writer, schedule);
        }
        else
        {
            writer.Write(RateKey, options.LearningRate.Number);
        }

        writer.Write("weight_decay", options.WeightDecay);
        writer.Write("clipnorm", options.ClipNorm);
        writer.Write("global_clipnorm", options.GlobalClipNorm);
        writer.Write("clipvalue", options.ClipValue);
        writer.Write("use_ema", options.UseEma);
        writer.Write("ema_momentum", options.EmaMomentum);
        writer.Write("ema_overwrite_frequency", options.EmaOverwriteFrequency);
        writer.Write("loss_scale_factor", options.LossScaleFactor);
        writer.Write("gradient_accumulation_steps", options.GradientAccumulationSteps);
        writer.Write("beta_1", options.Beta1.Number);
        writer.Write("beta_2", options.Beta2.Number);
        writer.Write("epsilon", options.Epsilon);
        ExtensionJson.Write(writer, options);
    }
}

/// <summary>Reads and writes the options that Keras does not have: an object of its own behind Keras's keys.</summary>
/// <remarks>
/// <code>
/// {…, "epsilon": 1e-07, "lamb_gpu": {"weight_decay_mode": "update", "trust_ratio_max": 10.0}}
/// </code>
/// Only what differs from its default is written, and no object where nothing does. A key that is missing or null has
/// its default.
/// </remarks>
internal static class ExtensionJson
{
    /// <summary>The key of the object.</summary>
    public const string Key = "lamb_gpu";

    private static readonly Option<LambDynamicLossScale>[] OfLossScale =
    [
        OfNumber<LambDynamicLossScale>(s => s.MinScale, (s, value) => s with { MinScale = value }, "min_scale"),
        OfNumber<LambDynamicLossScale>(s => s.MaxScale, (s, value) => s with { MaxScale = value }, "max_scale"),
    ];

    private static readonly Option<LambOptions>[] OfLamb =
    [
        OfEnum(o => o.WeightDecayMode, (o, value) => o with { WeightDecayMode = value }, "weight_decay_mode"),
        OfEnum(o => o.BiasCorrection, (o, value) => o with { BiasCorrection = value }, "bias_correction"),
        OfEnum(o => o.TrustRatioScope, (o, value) => o with { TrustRatioScope = value }, "trust_ratio_scope"),
        OfNumber<LambOptions>(o => o.TrustRatioMin, (o, value) => o with { TrustRatioMin = value }, "trust_ratio_min"),
        OfNumber<LambOptions>(o => o.TrustRatioMax, (o, value) => o with { TrustRatioMax = value }, "trust_ratio_max"),
        OfNumber<LambOptions>(o => o.WeightNormMin, (o, value) => o with { WeightNormMin = value }, "weight_norm_min"),
        OfNumber<LambOptions>(o => o.WeightNormMax, (o, value) => o with { WeightNormMax = value }, "weight_norm_max"),
        OfFlag(o => o.GradientAveraging, (o, value) => o with { GradientAveraging = value }, "gradient_averaging"),
        OfFlag(o => o.NormalizeGradients, (o, value) => o with { NormalizeGradients = value }, "normalize_gradients"),
        OfEnum(o => o.WeightAccess, (o, value) => o with { WeightAccess = value }, "weight_access"),
        OfFlag(o => o.MasterWeights, (o, value) => o with { MasterWeights = value }, "master_weights"),
        OfEnum(o => o.WeightRounding, (o, value) => o with { WeightRounding = value }, "weight_rounding"),
        OfWhole(o => o.RoundingSeed, (o, value) => o with { RoundingSeed = value }, "rounding_seed"),
        OfEnum(o => o.MomentDataType, (o, value) => o with { MomentDataType = value }, "moment_data_type"),
    ];

    /// <summary>Reads what stands under <see cref="Key"/> over options, if anything does.</summary>
    public static LambOptions Read(ConfigReader outer, LambOptions options) => Read(outer, options, OfLamb);

    /// <summary>Reads what stands there over the arguments of a loss scale.</summary>
    public static LambDynamicLossScale Read(ConfigReader outer, LambDynamicLossScale scale) =>
        Read(outer, scale, OfLossScale);

    /// <summary>Writes the object where something differs from its default.</summary>
    /// <exception cref="NotSupportedException">A number is not finite.</exception>
    public static void Write(Utf8JsonWriter writer, LambOptions options) => Write(writer, options, OfLamb);

    /// <summary>Writes the object of a loss scale where something differs from its default.</summary>
    /// <exception cref="NotSupportedException">A number is not finite.</exception>
    public static void Write(Utf8JsonWriter writer, LambDynamicLossScale scale) => Write(writer, scale, OfLossScale);

    private static T Read<T>(ConfigReader outer, T options, Option<T>[] all)
    {
        if (outer.Absent(Key))
        {
            return options;
        }

        ConfigReader extension = outer.Inner(Key);
        T read = all.Aggregate(options, (made, option) => option.Read(extension, made));
        extension.RefuseUnknown();
        return read;
    }

    private static void Write<T>(Utf8JsonWriter writer, T options, Option<T>[] all)
        where T : new()
    {
        var defaults = new T();
        Option<T>[] different = [.. all.Where(option => !option.ValueOf(options).Equals(option.ValueOf(defaults)))];
        if (different.Length > 0)
        {
            writer.WriteStartObject(Key);
            foreach (Option<T> option in different)
            {
                writer.Write(option.Name, option.ValueOf(options));
            }

            writer.WriteEndObject();
        }
    }

    private static Option<T> OfNumber<T>(Func<T, double> get, Func<T, double, T> set, string name) => new(
            name,
            options => get(options),
            (config, options) => config.Absent(name) ? options : set(options, config.Number(name, get(options))));

    private static Option<LambOptions> OfWhole(
        Func<LambOptions, int> get, Func<LambOptions, int, LambOptions> set, string name) => new(
            name,
            options => get(options),
            (config, options) => config.Absent(name) ? options : set(options, config.Whole(name, get(options))));

    private static Option<LambOptions> OfFlag(
        Func<LambOptions, bool> get, Func<LambOptions, bool, LambOptions> set, string name) => new(
            name,
            options => get(options),
            (config, options) => config.Absent(name) ? options : set(options, config.Flag(name, get(options))));

    private static Option<LambOptions> OfEnum<T>(
        Func<LambOptions, T> get, Func<LambOptions, T, LambOptions> set, string name)
        where T : struct, Enum
    {
        Dictionary<string, T> values = Enum.GetValues<T>().ToDictionary(NameOf);
        return new(
            name,
            options => NameOf(get(options)),
            (config, options) => !config.Absent(name) && config.OneOf(name, values.Keys) is { } text
                ? set(options, values[text])
                : options);
    }

    // What has a digit is the name of a type, which the field writes as one word.
    private static string NameOf<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return name.Any(char.IsDigit) ? name.ToLowerInvariant() : JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    /// <summary>A key, and the option under it.</summary>
    /// <param name="Name">The key.</param>
    /// <param name="ValueOf">What is written: a number, a flag or a text.</param>
    /// <param name="Read">Sets the option to what was read.</param>
    private sealed record Option<T>(string Name, Func<T, object> ValueOf, Func<ConfigReader, T, T> Read);
}
