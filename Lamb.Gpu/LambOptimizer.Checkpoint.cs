using Lamb.Gpu.Checkpoints;
using Lamb.Gpu.Files;
using Lamb.Gpu.Step;

namespace Lamb.Gpu;

/// <content>Checkpoints: files from which training goes on to the bit.</content>
public sealed partial class LambOptimizer
{
    private const string WeightPrefix = "weight/";

    /// <summary>Waits for the stream and writes everything from which training goes on to the bit into a
    /// file.</summary>
    /// <remarks>
    /// A safetensors file: the tensors as they lie on the device, and in the header the counters, the loss scale, the
    /// learning rate, the configuration, the variables and a SHA-256 of the whole file. Written beside the old file,
    /// flushed to the disk and renamed over it: whatever happens, the old or the new one is there, whole. A process
    /// that is killed meanwhile leaves <c>.NAME.RANDOM.lamb-gpu.tmp</c> behind; the next save of the same file removes
    /// it, and that of another file in the folder when it is an hour old. Piece by piece through buffers of 2 MiB.
    /// Progress is told before the file is flushed and renamed. Code of the caller's, as a function for the learning
    /// rate or a schedule that is not built in, has no form in a file: that there was some is written down, and asked
    /// for again where it is loaded.
    /// </remarks>
    /// <param name="path">The file; where it is a link, or in a folder that is one, what the link leads to.</param>
    /// <param name="options">What to write; the weights too by default.</param>
    /// <param name="cancellationToken">Ends the writing; the old file stays.</param>
    /// <exception cref="ArgumentException">The path is empty, the name of a variable is not whole Unicode, or there are
    /// so many variables that the header would have 2^31 bytes: some millions. Beyond 100,000,000 bytes other programs
    /// do not read it.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not whole
    /// Unicode.</exception>
    /// <exception cref="IOException">The disk or the system refuses, or the path is a folder, a pipe or a device, or
    /// leads round in links; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; the old file is as it
    /// was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the old file is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void SaveCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        SaveThrough(null, path, options ?? new(), cancellationToken);

    /// <summary>Takes everything from a file that <see cref="SaveCheckpoint"/> wrote; the next step has the bits
    /// that it would have had there.</summary>
    /// <remarks>
    /// The whole file is held against its checksum, and what it is of against this optimizer, before anything is
    /// changed: the options (but <see cref="LambOptions.Name"/>), the variables and their order must be the same. What
    /// <see cref="ExcludeFromWeightDecay"/> excluded and <see cref="LearningRate"/> was set to is then as it was in the
    /// file. Up to a quarter of the memory of the machine is read once and kept
    /// until it is checked; a larger file is read twice. If the device fails while it is written to, or the disk in
    /// the second reading, the optimizer refuses everything but another <see cref="LoadCheckpoint"/> and
    /// <see cref="Dispose"/>. Waits for the stream. What functions for betas gave to steps that were skipped, and that
    /// the next steps would use, is not in a file: they are asked anew.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">What to load; the weights too by default.</param>
    /// <param name="cancellationToken">Ends the checking; once it is done, the loading goes to its end.</param>
    /// <exception cref="ArgumentException">The path is empty, or the name of a variable is not whole
    /// Unicode.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not whole
    /// Unicode.</exception>
    /// <exception cref="LambCheckpointException">
    /// The file is damaged, not a checkpoint, a pipe or a device, or one of another optimizer; the first 100
    /// differences are named. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The disk or the system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadThrough(
            null, path, options ?? new(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, cancellationToken);

    /// <summary>Saves, with a stream of the caller's around the file.</summary>
    internal void SaveThrough(
        Func<Stream, Stream>? wrap, string path, LambCheckpointOptions chosen, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter();
        RequireLive(chosen);
        Level();
        CheckpointWriter.Write(
            path,
            [.. StateTensors(chosen.IncludeWeights)],
            CheckpointTexts(),
            new DeviceTransfer(stream),
            Reporter(chosen, cancellationToken),
            wrap);
    }

    /// <summary>Loads, with so much room on the host and with a stream of the caller's around the file.</summary>
    internal void LoadThrough(
        Func<Stream, Stream>? wrap,
        string path,
        LambCheckpointOptions chosen,
        long stagingLimit,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter(mends: true);
        RequireLive(chosen);
        using FileStream file = SourceFile.Open(path);
        var reader = new CheckpointReader(wrap?.Invoke(file) ?? file, path, stagingLimit);
        CheckpointState loaded = ReadFitting(reader, chosen, cancellationToken);
        reader.Check(Reporter(chosen, cancellationToken));
        Replace("checkpoint", () =>
        {
            reader.Restore(StateTensors(chosen.IncludeWeights), new DeviceTransfer(stream));
            Take(loaded);
        });
    }

    private CheckpointState ReadFitting(
        CheckpointReader reader, LambCheckpointOptions chosen, CancellationToken cancellationToken)
    {
        try
        {
            reader.RequireFormat();
            bool hasWeights = reader.Header.Tensors.Any(Holds);
            reader.RequireFit(CheckpointTexts(), StateTensors(hasWeights));
            RequireWeights(hasWeights || !chosen.IncludeWeights, reader);
            bool hasScale = options.DynamicLossScale != null;
            CheckpointState read = CheckpointMetadata.Read(reader.Texts, variables.Count, clock.Window, hasScale);
            RequireFit(read, reader);
            return read;
        }
        catch (LambCheckpointException)
        {
            // A flipped bit can make a file look like one of another optimizer: if its checksum tells, that is said.
            reader.RequireUndamaged(_ => cancellationToken.ThrowIfCancellationRequested());
            throw;
        }

        static bool Holds(TensorEntry entry) => entry.Name.StartsWith(WeightPrefix, StringComparison.Ordinal);
    }

    private static void RequireWeights(bool areThere, CheckpointReader reader)
    {
        if (!areThere)
        {
            throw reader.Bad(
                "it was saved without weights. Load it with IncludeWeights = false, and restore the weights yourself.");
        }
    }

    // Everything that a checkpoint holds of the device: what is not listed here is lost.
    private IEnumerable<StateTensor> StateTensors(bool withWeights)
    {
        foreach (LambVariable variable in variables)
        {
            bool isTrained = !variable.OverwriteWithGradient;
            if (withWeights)
            {
                yield return Tensor(WeightPrefix, variable.WeightView);
            }

            if (isTrained)
            {
                yield return Tensor("first_moment/", Part(state.FirstMoments, variable));
                yield return Tensor("second_moment/", Part(state.SecondMoments, variable));
            }

            if (isTrained && options.UseEma)
            {
                yield return Tensor("average/", Part(state.Averages, variable));
            }

            if (clock.Window > 1)
            {
                yield return Tensor("accumulator/", Part(state.Accumulators, variable));
            }

            if (HasMaster(variable))
            {
                yield return Tensor("master_weight/", Part(state.Masters, variable));
            }

            StateTensor Tensor(string prefix, LambView array) =>
                StateTensor.Of(prefix + variable.Name, variable.Shape, array);
        }

        yield return StateTensor.Of(
            "trust_ratio", TensorElement.F32, [variables.Count, 3], state.TrustRatios);
    }

    private Dictionary<string, string> CheckpointTexts()
    {
        LossScaleState scale = ReadBack(state.LossScale)[0];
        bool hasScale = options.DynamicLossScale != null;
        var current = new CheckpointState(
            CountedIterations(),
            KeepsSums(),
            clock.LearningRate,
            hasScale ? new LambLossScale(scale.Scale, scale.FiniteSteps) : null,
            scale.SkippedInARow,
            [.. Enumerable.Range(0, variables.Count).Select(gradients.Decays)]);
        return CheckpointMetadata.Write(options, variables, current, clock.LearningRate, clock.Window);
    }

    private void RequireLive(LambCheckpointOptions chosen)
    {
        RequireState();
        if (chosen.IncludeWeights)
        {
            variables.RequireLive();
        }
    }

    private void RequireFit(CheckpointState loaded, CheckpointReader reader)
    {
        if (loaded.LearningRate == null && ConfigurationText.HasForm(clock.LearningRate))
        {
            throw reader.Bad(
                $"its learning rate came from a function or a schedule that is not built in; here it is "
                + $"{clock.LearningRate}. Set the LearningRate to such a one, then load.");
        }

        if (loaded.LossScale is { } scale && !options.DynamicLossScale!.Allows(scale.Scale))
        {
            throw reader.Bad(
                FormattableString.Invariant(
                    $"its loss scale must {options.DynamicLossScale.Allowed}, was {scale.Scale}. Load a file from ")
                + "before it came there.");
        }

        for (int i = 0; i < variables.Count; i++)
        {
            if (loaded.Decaying[i] && !Decays(variables[i]))
            {
                throw reader.Bad(
                    $"it says that '{variables[i].Name}' decays, which is excluded from weight decay. Make the "
                    + "variable without ExcludeFromWeightDecay.");
            }
        }
    }

    private void Take(CheckpointState loaded)
    {
        WriteLossScale(scale => new LossScaleState
        {
            RawIterations = loaded.RawIterations,
            KeepsSums = loaded.KeepsSums ? 1 : 0,
            Scale = loaded.LossScale?.Scale ?? scale.Scale,
            FiniteSteps = loaded.LossScale?.FiniteSteps ?? scale.FiniteSteps,
            SkippedInARow = loaded.SkippedInARow,
        });
        rawIterations = loaded.RawIterations;
        keepsSums = loaded.KeepsSums;
        state.History.Level(loaded.RawIterations);
        clock.LearningRate = loaded.LearningRate ?? clock.LearningRate;
        gradients.SetDecay(options, variable => loaded.Decaying[variables.IndexOf(variable)]);
        knowsWeights = false;
    }

    private void Replace(string what, Action change)
    {
        use.Fault = $"The loading of a {what} was cut off, and the state is neither the old nor the new one: load a "
            + "checkpoint, or write the weights and load a state, before anything else.";
        change();
        use.Fault = null;
    }

    private Action<LambCheckpointProgress> Reporter(LambCheckpointOptions chosen, CancellationToken token) =>
        progress =>
        {
            token.ThrowIfCancellationRequested();
            chosen.Progress?.Report(progress);
            token.ThrowIfCancellationRequested();

            // Again: whoever is told can have disposed of the variables.
            RequireLive(chosen);
        };
}
