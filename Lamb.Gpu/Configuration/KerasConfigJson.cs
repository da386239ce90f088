using System.Text.Json;

namespace Lamb.Gpu.Configuration;

/// <summary>Reads and writes what get_config returns of a Lamb, or of a LossScaleOptimizer around one.</summary>
/// <remarks>Every number reads back as the bits that were written. A key that is missing has its default.</remarks>
internal static class KerasConfigJson
{
    private const string Module = "keras.optimizers";
    private const string LambClass = "Lamb";
    private const string LossScaleClass = "LossScaleOptimizer";
    private const string InnerKey = "inner_optimizer";

    /// <summary>Reads what get_config or keras.optimizers.serialize returned.</summary>
    /// <exception cref="JsonException">Something is wrong; the text names the path of everything that is.</exception>
    public static KerasConfig Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"The config of an optimizer must be a JSON object, was {element.GetRawText()}.");
        }

        var problems = new List<string>();
        var config = new ConfigReader(element, "", problems);
        string? className = element.TryGetProperty(InnerKey, out _) ? LossScaleClass : LambClass;
        if (element.TryGetProperty("class_name", out _))
        {
            (className, config) = Envelope.Open(config, Module, [LambClass, LossScaleClass], "");
        }

        KerasConfig read = className == LossScaleClass ? ReadLossScale(config, problems) : ReadLamb(config, problems);
        return problems.Count == 0 ? read : throw new JsonException(string.Join(' ', problems));
    }

    /// <summary>Writes what get_config would return.</summary>
    /// <exception cref="NotSupportedException">The learning rate is a callable or not a built-in schedule.</exception>
    /// <exception cref="ArgumentException">A number is not finite: JSON has no text for it.</exception>
    public static void Write(Utf8JsonWriter writer, KerasConfig config)
    {
        writer.WriteStartObject();
        if (config.LossScale is { } lossScale)
        {
            writer.Write("name", lossScale.Name);
            writer.WritePropertyName(InnerKey);
            Envelope.Write(writer, Module, LambClass, () => WriteLamb(writer, config));
            writer.Write("initial_scale", lossScale.InitialScale);
            writer.Write("dynamic_growth_steps", lossScale.DynamicGrowthSteps);
        }
        else
        {
            WriteLamb(writer, config);
        }

        writer.WriteEndObject();
    }

    private static KerasConfig ReadLossScale(ConfigReader config, List<string> problems)
    {
        var defaults = new KerasLossScale();
        string name = config.Text("name", defaults.Name);
        (_, ConfigReader inner) = Envelope.Open(config.Inner(InnerKey), Module, [LambClass], "");
        KerasConfig lamb = ReadLamb(inner, problems);
        var lossScale = new KerasLossScale
        {
            Name = name,
            InitialScale = config.Number("initial_scale", defaults.InitialScale),
            DynamicGrowthSteps = config.Whole("dynamic_growth_steps", defaults.DynamicGrowthSteps),
        };
        config.RefuseUnknown();
        return lamb with { LossScale = lossScale };
    }

    private static KerasConfig ReadLamb(ConfigReader config, List<string> problems)
    {
        var defaults = new KerasConfig();
        var read = new KerasConfig
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
            Beta1 = config.Number("beta_1", defaults.Beta1),
            Beta2 = config.Number("beta_2", defaults.Beta2),
            Epsilon = config.Number("epsilon", defaults.Epsilon),
        };
        config.RefuseUnknown();
        return read;
    }

    private static LambLearningRate ReadLearningRate(
        ConfigReader config, LambLearningRate fallback, List<string> problems)
    {
        const string Key = "learning_rate";
        return config.Find(Key) is { ValueKind: JsonValueKind.Object } schedule
            ? ScheduleJson.Read(schedule, config.PathOf(Key), problems) ?? fallback
            : config.Number(Key, fallback.Number, "a finite number, or a schedule with class_name and config");
    }

    private static void WriteLamb(Utf8JsonWriter writer, KerasConfig config)
    {
        writer.Write("name", config.Name);
        WriteLearningRate(writer, config.LearningRate);
        writer.Write("weight_decay", config.WeightDecay);
        writer.Write("clipnorm", config.ClipNorm);
        writer.Write("global_clipnorm", config.GlobalClipNorm);
        writer.Write("clipvalue", config.ClipValue);
        writer.Write("use_ema", config.UseEma);
        writer.Write("ema_momentum", config.EmaMomentum);
        writer.Write("ema_overwrite_frequency", config.EmaOverwriteFrequency);
        writer.Write("loss_scale_factor", config.LossScaleFactor);
        writer.Write("gradient_accumulation_steps", config.GradientAccumulationSteps);
        writer.Write("beta_1", config.Beta1);
        writer.Write("beta_2", config.Beta2);
        writer.Write("epsilon", config.Epsilon);
    }

    private static void WriteLearningRate(Utf8JsonWriter writer, LambLearningRate rate)
    {
        if (rate.IsCallable)
        {
            throw new NotSupportedException(
                "A learning rate that is a callable cannot be written: its code has no form in a config. "
                + "Write a number or a built-in schedule, and set the callable after reading the config.");
        }

        if (rate.Schedule is { } schedule)
        {
            writer.WritePropertyName("learning_rate");
            ScheduleJson.Write(writer, schedule);
        }
        else
        {
            writer.Write("learning_rate", rate.Number);
        }
    }
}
