using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;
using Lamb.Gpu.State;

namespace Lamb.Gpu;

/// <content>What the optimizer knows: its moments, averages, norms, loss scale and counters.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Returns m of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="FirstMomentArray"/> has
    /// it.</exception>
    public ArrayView<float> FirstMoment(LambVariable variable) => FirstMomentArray(variable).As<float>();

    /// <summary>Returns m of a variable on the device, as <see cref="LambOptions.MomentStorage"/> has it.</summary>
    /// <inheritdoc cref="FirstMoment"/>
    public LambArray FirstMomentArray(LambVariable variable) => Part(state.FirstMoments, variable);

    /// <summary>Returns v of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="SecondMomentArray"/> has
    /// it.</exception>
    public ArrayView<float> SecondMoment(LambVariable variable) => SecondMomentArray(variable).As<float>();

    /// <summary>Returns v of a variable on the device, as <see cref="LambOptions.MomentStorage"/> has it.</summary>
    /// <inheritdoc cref="SecondMoment"/>
    public LambArray SecondMomentArray(LambVariable variable) => Part(state.SecondMoments, variable);

    /// <summary>Returns the master copy of the weights of a variable on the device.</summary>
    /// <remarks>
    /// What the optimizer moves; the weights are this, rounded. Zero before the first step. Where somebody else has
    /// written a weight since, the copy follows in the next step.
    /// </remarks>
    /// <param name="variable">A variable of this optimizer whose weights have 16 bits.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    /// <exception cref="InvalidOperationException">The variable has none: its weights are float32, or
    /// <see cref="LambOptions.MasterWeights"/> is false.</exception>
    public ArrayView<float> MasterWeights(LambVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        RequireOwn([variable], nameof(variable));
        return HasMaster(variable)
            ? Part((LambArray)state.Masters, variable).As<float>()
            : throw new InvalidOperationException(
                $"Variable '{variable.Name}' must have weights of 16 bits, and MasterWeights be true, for a master "
                + $"copy; its weights are {variable.WeightArray.Storage}, MasterWeights is {options.MasterWeights}.");
    }

    /// <summary>Returns the average of the weights of a variable on the device.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    /// <exception cref="InvalidOperationException">The optimizer was made without <c>UseEma</c>.</exception>
    public ArrayView<float> Average(LambVariable variable) => options.UseEma
        ? Part(state.Averages, variable).As<float>()
        : throw new InvalidOperationException("There are no averages: make the optimizer with UseEma = true.");

    /// <summary>Writes the averages over the weights; does nothing where none are kept, as in Keras.</summary>
    /// <remarks>Before the first step the averages are zero. On the stream of the optimizer, one launch a
    /// variable; waits for it under an adapting loss scale.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer; nothing was written.</exception>
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
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public IReadOnlyList<LambTrustRatio> ReadTrustRatios()
    {
        using var visit = use.Enter();
        return [.. ReadBack(state.TrustRatios).Zip(variables, (ratio, variable) =>
            new LambTrustRatio(variable.Name, ratio.WeightNorm, ratio.UpdateNorm, ratio.Value))];
    }

    /// <summary>Waits for the stream and reads the whole state, as <c>save_own_variables</c> of Keras does.</summary>
    /// <returns>Every variable of the optimizer in the order and under the names of Keras.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
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
    /// <exception cref="ArgumentException">Something does not fit: all that does not is named, nothing is
    /// written.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadState(IReadOnlyList<LambStateValue> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        using var visit = use.Enter(mends: true);
        RequireState();
        Take(saved, Table());
    }

    private void Take(IReadOnlyList<LambStateValue> saved, StateTable table)
    {
        table.RequireFit(saved);
        knowsWeights = false;
        Replace("state", () => table.Write(saved));
    }

    private bool HasMaster(LambVariable variable) =>
        state.KeepsMasters && variable.WeightArray.Storage != LambStorage.Float32;

    private LambArray Part(LambArray arena, [NotNull] LambVariable? variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        ObjectDisposedException.ThrowIf(use.IsOver, this);
        RequireOwn([variable], nameof(variable));
        return arena.Part(state.Plan.Arena.OffsetOf(variables.IndexOf(variable)), variable.Length);
    }

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

    private StateEntry Tensor(LambVariable variable, string kind, LambArray arena) =>
        StateTable.Tensor($"{variable.Name.Replace('/', '_')}_{kind}", variable, Part(arena, variable), stream);

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
        WriteLossScale(scale => scale with { RawIterations = count, KeepsSums = 1 });
        state.History.Level(count);
    }

    private static bool IsCount(double value) => value >= 0 && value <= long.MaxValue / 2 && value == Math.Floor(value);
}
