using System.Text.Json;

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
