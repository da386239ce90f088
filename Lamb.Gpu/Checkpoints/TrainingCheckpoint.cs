using Lamb.Gpu.Files;
using Lamb.Gpu.State;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Saves a training into a file and takes one from it.</summary>
internal sealed class TrainingCheckpoint(Training training, LambCheckpointOptions chosen, CancellationToken token)
{
    private const string WeightPrefix = "weight/";

    private readonly LambVariables variables = training.Variables;
    private readonly LambOptions options = training.Options;
    private readonly DeviceTransfer transfer = new(training.Stream);

    /// <summary>Writes everything; a stream of the caller's may stand around the file.</summary>
    public void Save(string path, Func<Stream, Stream>? wrap)
    {
        RequireLive();
        training.Level();
        CheckpointWriter.Write(path, [.. Tensors(chosen.IncludeWeights)], Texts(), transfer, Report, wrap);
    }

    /// <summary>Checks all of a file, then takes it in; at most so many bytes are kept on the host meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wrap">Stands between the reader and the file; null for nothing.</param>
    /// <param name="stagingLimit">A larger file is read twice.</param>
    /// <param name="replace">Runs what changes the training, and tells where it is cut off.</param>
    public void Load(string path, Func<Stream, Stream>? wrap, long stagingLimit, Action<Action> replace)
    {
        RequireLive();
        using FileStream file = SourceFile.Open(path);
        var reader = new CheckpointReader(wrap?.Invoke(file) ?? file, path, stagingLimit);
        CheckpointState loaded = ReadFitting(reader);
        reader.Check(Report);
        replace(() =>
        {
            reader.Restore(Tensors(chosen.IncludeWeights), transfer);
            Take(loaded);
        });
    }

    private CheckpointState ReadFitting(CheckpointReader reader)
    {
        try
        {
            reader.RequireFormat();
            bool hasWeights = reader.Header.Tensors.Any(Holds);
            reader.RequireFit(Texts(), Tensors(hasWeights));
            RequireWeights(hasWeights || !chosen.IncludeWeights, reader);
            bool hasScale = options.DynamicLossScale != null;
            CheckpointState read =
                CheckpointMetadata.Read(reader.Texts, variables.Count, training.Clock.Window, hasScale);
            RequireFit(read, reader);
            return read;
        }
        catch (LambCheckpointException)
        {
            // A flipped bit can make a file look like one of another optimizer: if its checksum tells, that is said.
            reader.RequireUndamaged(_ => token.ThrowIfCancellationRequested());
            throw;
        }

        static bool Holds(TensorEntry entry) => entry.Name.StartsWith(WeightPrefix, StringComparison.Ordinal);
    }

    // Everything that a checkpoint holds of the device: what is not listed here is lost.
    private IEnumerable<StateTensor> Tensors(bool withWeights)
    {
        foreach (LambVariable variable in variables)
        {
            if (withWeights)
            {
                yield return StateTensor.Of(WeightPrefix + variable.Name, variable.Shape, variable.WeightView);
            }

            foreach (StateStream kept in StateStream.All.Where(kept => kept.Has(options, variable)))
            {
                yield return StateTensor.Of(
                    $"{kept.Name}/{variable.Name}", variable.Shape, training.Part(kept, variable));
            }
        }

        yield return StateTensor.Of(
            "trust_ratio", TensorElement.F32, [variables.Count, 3], training.State.TrustRatios);
    }

    private Dictionary<string, string> Texts()
    {
        var scale = training.ReadLossScale();
        LambLearningRate rate = training.Clock.LearningRate;
        var current = new CheckpointState(
            training.ReadIterations(),
            training.KeepsSums(),
            rate,
            options.DynamicLossScale != null ? new LambLossScale(scale.Scale, scale.FiniteSteps) : null,
            scale.SkippedInARow,
            [.. Enumerable.Range(0, variables.Count).Select(training.Gradients.Decays)]);
        return CheckpointMetadata.Write(options, variables, current, rate, training.Clock.Window);
    }

    private static void RequireWeights(bool areThere, CheckpointReader reader)
    {
        if (!areThere)
        {
            throw reader.Bad(
                "it was saved without weights. Load it with IncludeWeights = false, and restore the weights yourself.");
        }
    }

    private void RequireFit(CheckpointState loaded, CheckpointReader reader)
    {
        LambLearningRate rate = training.Clock.LearningRate;
        if (loaded.LearningRate == null && ConfigurationText.HasForm(rate))
        {
            throw reader.Bad(
                $"its learning rate came from a function or a schedule that is not built in; here it is "
                + $"{rate}. Set LearningRate to a function or such a schedule, then load.");
        }

        if (loaded.LossScale is { } scale && !options.DynamicLossScale!.Allows(scale.Scale))
        {
            throw reader.Bad(
                FormattableString.Invariant(
                    $"its loss scale must {options.DynamicLossScale.Allowed}, was {scale.Scale}. Load an ")
                + "earlier file.");
        }

        for (int i = 0; i < variables.Count; i++)
        {
            if (loaded.Decaying[i] && variables[i].ExcludeFromWeightDecay)
            {
                throw reader.Bad(
                    $"it says that '{variables[i].Name}' decays, but that variable is excluded from weight decay. "
                    + "Create it without ExcludeFromWeightDecay.");
            }
        }
    }

    private void Take(CheckpointState loaded)
    {
        training.Restore(loaded.RawIterations, loaded.KeepsSums, scale => scale with
        {
            Scale = loaded.LossScale?.Scale ?? scale.Scale,
            FiniteSteps = loaded.LossScale?.FiniteSteps ?? scale.FiniteSteps,
            SkippedInARow = loaded.SkippedInARow,
        });
        training.Clock.LearningRate = loaded.LearningRate ?? training.Clock.LearningRate;
        training.Gradients.SetDecay(options, variable => loaded.Decaying[variables.IndexOf(variable)]);
        training.KnowsWeights = false;
    }

    private void RequireLive()
    {
        training.RequireState();
        if (chosen.IncludeWeights)
        {
            variables.RequireLive();
        }
    }

    private void Report(LambCheckpointProgress progress)
    {
        token.ThrowIfCancellationRequested();
        chosen.Progress?.Report(progress);
        token.ThrowIfCancellationRequested();

        // Again: the caller's progress can have disposed of the variables.
        RequireLive();
    }
}
