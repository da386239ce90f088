using System.Text.Json;

namespace Lamb.Gpu.Configuration;

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
