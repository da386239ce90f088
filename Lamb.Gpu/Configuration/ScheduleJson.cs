using System.Text.Json;

namespace Lamb.Gpu.Configuration;

/// <summary>Reads and writes the built-in schedules as keras.optimizers.schedules.serialize does.</summary>
/// <remarks>
/// A key that has a default in Keras may be missing. An integer is read where Keras writes a float: schedules compute
/// in double whatever the type of their initial rate. Rates are written with a point, whole counts of steps without.
/// </remarks>
internal static class ScheduleJson
{
    private const string Module = "keras.optimizers.schedules";
    private const string Remedy = " Build any other schedule in code and set it as the learning rate.";

    private static readonly Dictionary<string, Func<ConfigReader, Func<LearningRateSchedule>?>> Readers = new()
    {
        [nameof(CosineDecay)] = ReadCosine,
        [nameof(CosineDecayRestarts)] = ReadCosineRestarts,
        [nameof(ExponentialDecay)] = ReadExponential,
        [nameof(InverseTimeDecay)] = ReadInverseTime,
        [nameof(PiecewiseConstantDecay)] = ReadPiecewise,
        [nameof(PolynomialDecay)] = ReadPolynomial,
    };

    /// <summary>Gets the names of the schedules that are read and written.</summary>
    public static string BuiltIn => string.Join(", ", Readers.Keys);

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="JsonException">Something is wrong; the text names the path of everything that is.</exception>
    public static LearningRateSchedule Read(JsonElement element, string path = "learning_rate")
    {
        var problems = new List<string>();
        LearningRateSchedule? schedule = Read(element, path, problems);
        return problems.Count == 0 ? schedule! : throw new JsonException(string.Join(' ', problems));
    }

    /// <summary>Reads a schedule and notes what is wrong in it; null where something is.</summary>
    public static LearningRateSchedule? Read(JsonElement element, string path, List<string> problems)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            string found = ConfigReader.Excerpt(element);
            problems.Add($"'{path}' must be an object with class_name and config, was {found}.");
            return null;
        }

        var outer = new ConfigReader(element, path, problems);
        (string? className, ConfigReader config) = Envelope.Open(outer, Module, Readers.Keys, Remedy);
        if (className == null || !config.IsObject)
        {
            return null;
        }

        Func<LearningRateSchedule>? make = Readers[className](config);
        config.RefuseUnknown();
        return make == null ? null : Make(make, config.Path, problems);
    }

    /// <summary>Tells whether a schedule is one of those that are read and written.</summary>
    public static bool IsBuiltIn(LearningRateSchedule schedule) => schedule.Config() is [_, ..];

    /// <summary>Writes a built-in schedule.</summary>
    public static void Write(Utf8JsonWriter writer, LearningRateSchedule schedule) =>
        Envelope.Write(writer, Module, schedule.GetType().Name, () =>
        {
            foreach ((string key, object? value) in schedule.Config())
            {
                writer.Write(key, value);
            }
        });

    private static LearningRateSchedule? Make(Func<LearningRateSchedule> make, string path, List<string> problems)
    {
        try
        {
            return make();
        }
        catch (ArgumentException broken)
        {
            problems.Add($"'{path}': {broken.Message}");
            return null;
        }
    }

    private static Func<LearningRateSchedule> ReadCosine(ConfigReader config)
    {
        double rate = config.Number("initial_learning_rate");
        double decaySteps = config.Number("decay_steps");
        double alpha = config.Number("alpha", 0);
        string name = config.Text("name", "CosineDecay");
        double? warmupTarget = config.NumberOrNull("warmup_target");
        double warmupSteps = config.Number("warmup_steps", 0);
        return () => new CosineDecay(rate, decaySteps, alpha, name, warmupTarget, warmupSteps);
    }

    private static Func<LearningRateSchedule> ReadCosineRestarts(ConfigReader config)
    {
        double rate = config.Number("initial_learning_rate");
        double firstDecaySteps = config.Number("first_decay_steps");
        double tMul = config.Number("t_mul", 2);
        double mMul = config.Number("m_mul", 1);
        double alpha = config.Number("alpha", 0);
        string name = config.Text("name", "SGDRDecay");
        return () => new CosineDecayRestarts(rate, firstDecaySteps, tMul, mMul, alpha, name);
    }

    private static Func<LearningRateSchedule> ReadExponential(ConfigReader config)
    {
        double rate = config.Number("initial_learning_rate");
        double decaySteps = config.Number("decay_steps");
        double decayRate = config.Number("decay_rate");
        bool staircase = config.Flag("staircase", false);
        string name = config.Text("name", "ExponentialDecay");
        return () => new ExponentialDecay(rate, decaySteps, decayRate, staircase, name);
    }

    private static Func<LearningRateSchedule> ReadInverseTime(ConfigReader config)
    {
        double rate = config.Number("initial_learning_rate");
        double decaySteps = config.Number("decay_steps");
        double decayRate = config.Number("decay_rate");
        bool staircase = config.Flag("staircase", false);
        string name = config.Text("name", "InverseTimeDecay");
        return () => new InverseTimeDecay(rate, decaySteps, decayRate, staircase, name);
    }

    private static Func<LearningRateSchedule>? ReadPiecewise(ConfigReader config)
    {
        double[]? boundaries = config.Numbers("boundaries");
        double[]? values = config.Numbers("values");
        string name = config.Text("name", "PiecewiseConstant");
        return boundaries == null || values == null ? null : () => new PiecewiseConstantDecay(boundaries, values, name);
    }

    private static Func<LearningRateSchedule> ReadPolynomial(ConfigReader config)
    {
        double rate = config.Number("initial_learning_rate");
        double decaySteps = config.Number("decay_steps");
        double endRate = config.Number("end_learning_rate", 0.0001);
        double power = config.Number("power", 1);
        bool cycle = config.Flag("cycle", false);
        string name = config.Text("name", "PolynomialDecay");
        return () => new PolynomialDecay(rate, decaySteps, endRate, power, cycle, name);
    }
}
