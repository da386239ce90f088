using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;

namespace Lamb.Gpu;

/// <content>The loss scale, and the counters that the device advances with one that adapts itself.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Gets the loss scale on the device: one float, for the backend to multiply its loss by.</summary>
    /// <remarks>
    /// The fixed factor, or the scale that adapts itself in every step; 1 without either. A copy to read: what is
    /// written there is overwritten by the next step under an adapting scale, and changes nothing.
    /// <see cref="SetLossScale"/> changes the scale.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public ArrayView<float> LossScale
    {
        get
        {
            RequireShown();
            const int place = sizeof(long) / sizeof(float);
            return state.LossScale.SubView(1, 1).Cast<float>().SubView(place, 1);
        }
    }

    /// <summary>Waits for the stream and reads the loss scale.</summary>
    /// <returns>The scale, and how many finite steps in a row have been taken with it.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public LambLossScale ReadLossScale()
    {
        using var visit = use.Enter();
        LossScaleState scale = ReadBack(state.LossScale)[0];
        return new LambLossScale(scale.Scale, scale.FiniteSteps);
    }

    /// <summary>Multiplies a loss by the loss scale, which it waits for; see <see cref="LossScale"/> for a way
    /// without.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>What the gradients are to be computed from.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public double ScaleLoss(double loss) => loss * ReadLossScale().Scale;

    /// <summary>Gets how many steps in a row were skipped, up to the last one: 0 after a step that was taken.</summary>
    /// <remarks>
    /// Waits for the stream. A scale that is stuck can be told by it: at <see cref="LambDynamicLossScale.MinScale"/>
    /// gradients that are not finite are skipped for ever. Always 0 where the scale does not adapt. Goes into
    /// checkpoints, not into what <see cref="SaveState"/> returns; <see cref="LoadState"/> and
    /// <see cref="SetLossScale"/> count from 0 again.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public int SkippedInARow
    {
        get
        {
            using var visit = use.Enter();
            return ReadBack(state.LossScale)[0].SkippedInARow;
        }
    }

    /// <summary>Sets the loss scale that adapts itself, from which it goes on.</summary>
    /// <remarks>Waits for the stream. The finite steps in a row, and the skipped ones, are counted from 0
    /// again.</remarks>
    /// <param name="scale">From <see cref="LambDynamicLossScale.MinScale"/> to
    /// <see cref="LambDynamicLossScale.MaxScale"/>; rounded to float32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not within its limits; it stays as it
    /// was.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, a launch or a load that failed
    /// has left it unfit until a load succeeds, or it was made without
    /// <see cref="LambOptions.DynamicLossScale"/>.</exception>
    public void SetLossScale(double scale)
    {
        using var visit = use.Enter();
        LambDynamicLossScale limits = options.DynamicLossScale ?? throw new InvalidOperationException(
            "The loss scale must be one that adapts itself to be set; this optimizer has a fixed factor, or none. Make "
            + "it with DynamicLossScale.");
        if (!limits.Allows(scale))
        {
            throw new ArgumentOutOfRangeException(
                nameof(scale), FormattableString.Invariant($"The loss scale must {limits.Allowed}, was {scale}."));
        }

        Level();
        WriteLossScale(known => known with { Scale = (float)scale, FiniteSteps = 0, SkippedInARow = 0 });
    }

    private long CountedIterations() =>
        options.DynamicLossScale == null ? rawIterations : ReadBack(state.LossScale)[0].RawIterations;

    // Waits for the stream: then nothing older than what the device counts is asked for again.
    private void Level()
    {
        if (options.DynamicLossScale != null)
        {
            long counted = CountedIterations();
            state.History.Level(counted);
            rawIterations = clock.FollowsIterations ? counted : rawIterations;
        }
    }

    // The same without waiting, where the device has told something. A function of the caller's gives other numbers to
    // other calls, and when the device tells is chance: there the host goes on counting what is skipped too.
    private void LearnIterations()
    {
        if (options.DynamicLossScale != null)
        {
            long newest = state.History.Newest();
            rawIterations = clock.FollowsIterations ? newest : rawIterations;
        }
    }

    private void WriteLossScale(Func<LossScaleState, LossScaleState> change)
    {
        LossScaleState changed = change(ReadBack(state.LossScale)[0]) with { Calls = state.History.Calls };
        state.LossScale.CopyFromCPU(stream, [changed, changed]);
        stream.Synchronize();
    }

    private IEnumerable<StateEntry> LossScaleEntries()
    {
        if (options.DynamicLossScale != null)
        {
            // The wrapper of Keras has a counter and a rate of its own, which it never touches.
            yield return StateEntry.Scalar("iteration", () => 0, double.IsFinite, "be finite", _ => { });
            yield return StateEntry.Scalar("learning_rate", () => 0, double.IsFinite, "be finite", _ => { });
            yield return StateEntry.Scalar(
                "step_counter", () => ReadBack(state.LossScale)[0].FiniteSteps,
                value => IsCount(value) && value <= int.MaxValue, "be a count",
                value => WriteLossScale(scale => scale with { FiniteSteps = (int)value }));
            yield return StateEntry.Scalar(
                "dynamic_scale", () => ReadBack(state.LossScale)[0].Scale,
                options.DynamicLossScale.Allows, options.DynamicLossScale.Allowed,
                value => WriteLossScale(scale => scale with { Scale = (float)value }));
        }
    }
}
