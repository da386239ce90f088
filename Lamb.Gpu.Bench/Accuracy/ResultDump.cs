using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Bench.Accuracy;

/// <summary>Writes what was computed, a file a trajectory, in the shape of its <c>float32.results</c>.</summary>
internal sealed class ResultDump
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new Float32Converter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OmitWhatIsNotThere } },
    };

    private readonly string folder;

    private ResultDump(string folder) => this.folder = folder;

    /// <summary>Creates the folder and tries whether it can be written to.</summary>
    /// <exception cref="UsageException">It cannot.</exception>
    public static ResultDump Into(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, Path.GetRandomFileName());
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            return new ResultDump(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unwritable(folder, failure);
        }
    }

    /// <summary>Writes the results of one trajectory.</summary>
    /// <exception cref="UsageException">The folder can no longer be written to.</exception>
    public void Write(string name, Trajectory trajectory, IReadOnlyList<PlayedAction> played)
    {
        TrajectoryResult[] results = [.. played.Select(action => PlayedResult.Of(trajectory, action))];
        try
        {
            File.WriteAllBytes(
                Path.Combine(folder, $"{name}.json"), JsonSerializer.SerializeToUtf8Bytes(results, Json));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure);
        }
    }

    // A result lacks the keys that its action does not have; in a state, null says that there is none.
    private static void OmitWhatIsNotThere(JsonTypeInfo type)
    {
        if (type.Type == typeof(TrajectoryResult))
        {
            foreach (JsonPropertyInfo property in type.Properties)
            {
                property.ShouldSerialize = (_, value) => value != null;
            }
        }
    }

    private static UsageException Unwritable(string folder, Exception failure) =>
        new($"--dump: '{folder}' cannot be written to: {failure.Message}");
}

/// <summary>Says of a played action what the files say of one that Keras has done.</summary>
internal static class PlayedResult
{
    /// <summary>Makes the entry of an action, with all variables and the whole state.</summary>
    public static TrajectoryResult Of(Trajectory trajectory, PlayedAction action)
    {
        TargetSnapshot after = action.After;
        bool isApplied = action.Op == "apply" && action.Refusal == null;
        return new TrajectoryResult(
            action.Op,
            after.RawIterations,
            after.Iterations,
            LearningRate: isApplied ? action.LearningRate : null,
            Skipped: isApplied ? after.RawIterations == action.Before.RawIterations : null,
            IsUpdate: isApplied ? after.Iterations > action.Before.Iterations : null,
            Error: action.Refusal is { } refusal ? new KerasError(refusal.GetType().Name, refusal.Message) : null,
            LossScale: trajectory.LossScaleOptimizer == null ? null : after.LossScale,
            Saved: action.Op == "save_load" ? SavedOf(after) : null,
            Variables: after.Weights,
            State: new TrajectoryState(
                after.FirstMoments, after.SecondMoments, after.Averages, after.Accumulators));
    }

    private static SavedVariable[] SavedOf(TargetSnapshot after) =>
        [.. (after.OptimizerVariables ?? []).Select((one, index) => new SavedVariable(index, one.Shape, one.Values))];
}

/// <summary>Writes a double as the shortest text of its float32; what is not finite as a string.</summary>
internal sealed class Float32Converter : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("It only writes.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        float narrow = (float)value;
        if (float.IsFinite(narrow))
        {
            writer.WriteNumberValue(narrow);
        }
        else
        {
            writer.WriteStringValue(float.IsNaN(narrow) ? "NaN" : narrow > 0 ? "Infinity" : "-Infinity");
        }
    }
}
