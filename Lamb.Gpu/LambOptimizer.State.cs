using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;

namespace Lamb.Gpu;

/// <content>What the optimizer knows: its moments, averages, norms, loss scale and counters.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Writes the averages over the weights; does nothing where none are kept, as in Keras.</summary>
    /// <remarks>Before the first step the averages are zero. On the stream of the optimizer, one launch a
    /// variable; waits for it under an adapting loss scale.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream, its accelerator or a buffer of the
    /// variables has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds; nothing was written.</exception>
    public void FinalizeVariableValues()
    {
        using var visit = use.Enter();
        RequireLive();
        knowsWeights = false;
        var k = new StepScalars { RoundingKey = clock.RoundingKeyAt(CountedIterations()) };
        foreach ((int index, LambVariable variable) in variables.Index())
        {
            if (options.UseEma && !variable.OverwriteWithGradient && variable.Length > 0)
            {
                kernels.TakeAverage(stream, index, k);
            }
        }
    }

    /// <summary>Waits for the stream and reads the norms and the trust ratio of every variable in the last
    /// update.</summary>
    /// <returns>One entry a variable, in their order; before its first update norms of 0 and a ratio of 1.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public IReadOnlyList<LambTrustRatio> ReadTrustRatios()
    {
        using var visit = use.Enter();
        return [.. ReadBack(state.TrustRatios).Zip(variables, (ratio, variable) =>
            new LambTrustRatio(variable.Name, ratio.WeightNorm, ratio.UpdateNorm, ratio.Value))];
    }

    /// <summary>Waits for the stream and reads the whole state, as <c>save_own_variables</c> of Keras does.</summary>
    /// <returns>Every variable of the optimizer in the order and under the names of Keras.</returns>
    /// <exception cref="NotSupportedException">A variable has more elements than an array can: 2,147,483,591.
    /// <see cref="SaveCheckpoint"/> has no such limit.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public IReadOnlyList<LambStateValue> SaveState()
    {
        using var visit = use.Enter();
        RequireState();
        Level();
        return Table().Read();
    }

    /// <summary>Takes a state that was saved here or by <c>save_own_variables</c> of Keras.</summary>
    /// <remarks>
    /// All of it is checked before anything is written. After a step or a load that failed halfway it mends the state;
    /// the weights are then the caller's to write. If the device fails meanwhile, the optimizer refuses everything but
    /// another load and <see cref="Dispose"/>. Waits for the stream.
    /// </remarks>
    /// <param name="saved">What <see cref="SaveState"/> returned from an optimizer with the same options.</param>
    /// <exception cref="ArgumentException">Something is null, does not fit, or is finite and beyond what the state is
    /// stored in; the first ten problems are named, nothing is written.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadState(IReadOnlyList<LambStateValue> saved)
    {
        LambStateValue[] copy = StateTable.Copy(saved);
        using var visit = use.Enter(mends: true);
        RequireState();
        Take(copy, Table());
    }

    private void Take(IReadOnlyList<LambStateValue> saved, StateTable table)
    {
        table.RequireFit(saved);
        knowsWeights = false;
        Replace("state", () => table.Write(saved));
    }

    private bool HasMaster(LambVariable variable) =>
        state.KeepsMasters && variable.WeightView.DataType != LambDataType.Float32;

    // While somebody is in, it is there, disposed of or not.
    private LambView Part(LambView arena, LambVariable variable) =>
        arena.Part(state.Plan.Arena.OffsetOf(variables.IndexOf(variable)), variable.Length);

    private T[] ReadBack<T>(ArrayView<T> view)
        where T : unmanaged
    {
        RequireState();
        var values = new T[view.Length];
        view.CopyToCPU(stream, values);
        stream.Synchronize();
        return values;
    }

    private bool KeepsSums() =>
        options.DynamicLossScale == null ? keepsSums : ReadBack(state.LossScale)[0].KeepsSums != 0;

    // Keras has no master copies: here they come after all that it has.
    private StateTable Table() => new([.. KerasEntries(), .. MasterEntries()]);

    private StateTable KerasTable() => new([.. KerasEntries()]);

    private IEnumerable<StateEntry> KerasEntries() => [.. LossScaleEntries(), .. CounterEntries(), .. TensorEntries()];

    private IEnumerable<StateEntry> MasterEntries() =>
        variables.Where(HasMaster).Select(variable => Tensor(variable, "master_weights", state.Masters));

    private IEnumerable<StateEntry> CounterEntries()
    {
        yield return StateEntry.Scalar(
            "iteration", () => CountedIterations(), IsCount, "be a count", value => WriteIterations((long)value));
        if (clock.LearningRate.Number != null)
        {
            yield return StateEntry.Scalar(
                "learning_rate", () => clock.LearningRate.Number.Value,
                value => float.IsFinite((float)value), "be finite in float32",
                value => clock.LearningRate = value);
        }
    }

    private IEnumerable<StateEntry> TensorEntries()
    {
        IEnumerable<LambVariable> trained = variables.Where(variable => !variable.OverwriteWithGradient);
        IEnumerable<StateEntry> averages = options.UseEma
            ? trained.Select(variable => Tensor(variable, "average", state.Averages))
            : [];
        IEnumerable<StateEntry> accumulators = clock.Window > 1
            ? variables.Select(Accumulator)
            : [];
        IEnumerable<StateEntry> moments = trained.SelectMany(variable => new[]
        {
            Tensor(variable, "momentum", state.FirstMoments), Tensor(variable, "velocity", state.SecondMoments),
        });
        return averages.Concat(accumulators).Concat(moments);
    }

    private StateEntry Tensor(LambVariable variable, string kind, LambView arena) =>
        StateTable.Tensor($"{KerasName(variable)}_{kind}", variable, Part(arena, variable), stream);

    // Between two windows Keras has zeros where the next gradient will be stored over what there is. After gradients
    // that overwrite alone the sums of the others go on, in Keras too.
    private StateEntry Accumulator(LambVariable variable)
    {
        StateEntry entry = Tensor(variable, "gradient_accumulator", state.Accumulators);
        bool isBetween = CountedIterations() % clock.Window == 0 && !KeepsSums();
        return isBetween ? entry with { Read = () => new double[variable.Length] } : entry;
    }

    private void WriteIterations(long count)
    {
        rawIterations = count;
        keepsSums = true;
        WriteLossScale(scale => scale with { RawIterations = count, KeepsSums = 1, SkippedInARow = 0 });
        state.History.Level(count);
    }

    private static bool IsCount(double value) =>
        value >= 0 && value <= LambStateValue.LargestCount && value == Math.Floor(value);
}
