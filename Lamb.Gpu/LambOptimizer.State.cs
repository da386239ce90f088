using System.Diagnostics.CodeAnalysis;
using ILGPU;
using Lamb.Gpu.Arguments;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Variables;

namespace Lamb.Gpu;

/// <content>What the optimizer knows: its moments, averages, norms and loss scale.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Gets how many updates have been made: <see cref="RawIterations"/> / accumulation steps.</summary>
    /// <remarks>Under an adapting loss scale the device counts, and reading waits for the stream.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed; under an adapting loss scale, or its
    /// stream or its accelerator.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public long Iterations => RawIterations / training.Clock.Window;

    /// <summary>Gets how many gradients have been taken, micro-steps included, skipped ones not.</summary>
    /// <remarks>Under an adapting loss scale the device counts, and reading waits for the stream.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed; under an adapting loss scale, or its
    /// stream or its accelerator.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public long RawIterations
    {
        get
        {
            using var visit = use.Enter();
            return training.CountIterations();
        }
    }

    /// <summary>Returns m of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="FirstMomentView"/> has
    /// it.</exception>
    public ArrayView<float> FirstMoment(LambVariable variable) => FirstMomentView(variable).As<float>();

    /// <summary>Returns m of a variable on the device, as <see cref="LambOptions.MomentDataType"/> has it.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView FirstMomentView(LambVariable variable) => Shown(StateStream.FirstMoment, variable);

    /// <summary>Returns v of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">It is in bfloat16: <see cref="SecondMomentView"/> has
    /// it.</exception>
    public ArrayView<float> SecondMoment(LambVariable variable) => SecondMomentView(variable).As<float>();

    /// <summary>Returns v of a variable on the device, as <see cref="LambOptions.MomentDataType"/> has it.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView SecondMomentView(LambVariable variable) => Shown(StateStream.SecondMoment, variable);

    /// <summary>Returns the master copy of the weights of a variable on the device.</summary>
    /// <remarks>
    /// What the optimizer moves; the weights are this, rounded. Zero before the first step. Where somebody else has
    /// written a weight since, the copy follows in the next step.
    /// </remarks>
    /// <param name="variable">A variable of this optimizer whose weights have 16 bits.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The variable has none: its weights are float32, or
    /// <see cref="LambOptions.MasterWeights"/> is false.</exception>
    public ArrayView<float> MasterWeights(LambVariable variable)
    {
        RequireShown(variable);
        return StateStream.Master.Has(Options, variable)
            ? training.Part(StateStream.Master, variable).As<float>()
            : throw new InvalidOperationException(
                $"Variable '{variable.Name}' must have weights of 16 bits, and MasterWeights be true, for a master "
                + $"copy; its weights are {variable.WeightView.DataType}, MasterWeights is {Options.MasterWeights}.");
    }

    /// <summary>Returns the average of the weights of a variable on the device.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The optimizer was made without <c>UseEma</c>.</exception>
    public ArrayView<float> Average(LambVariable variable) => Options.UseEma
        ? Shown(StateStream.Average, variable).As<float>()
        : throw new InvalidOperationException("There are no averages: make the optimizer with UseEma = true.");

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
            return training.State.LossScale.SubView(1, 1).Cast<float>().SubView(place, 1);
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
        LossScaleState scale = training.ReadLossScale();
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
            return training.ReadLossScale().SkippedInARow;
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
        LambDynamicLossScale limits = Options.DynamicLossScale ?? throw new InvalidOperationException(
            "The loss scale must be one that adapts itself to be set; this optimizer has a fixed factor, or none. Make "
            + "it with DynamicLossScale.");
        if (!limits.Allows(scale))
        {
            throw new ArgumentOutOfRangeException(
                nameof(scale), FormattableString.Invariant($"The loss scale must {limits.Allowed}, was {scale}."));
        }

        training.Level();
        training.WriteLossScale(known => known with { Scale = (float)scale, FiniteSteps = 0, SkippedInARow = 0 });
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
        return [.. training.Read(training.State.TrustRatios).Zip(training.Variables, (ratio, variable) =>
            new LambTrustRatio(variable.Name, ratio.WeightNorm, ratio.UpdateNorm, ratio.Value))];
    }

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
        training.RequireLive();
        training.KnowsWeights = false;
        var k = new StepScalars { RoundingKey = training.Clock.RoundingKeyAt(training.CountIterations()) };
        foreach ((int index, LambVariable variable) in training.Variables.Index())
        {
            if (StateStream.Average.Has(Options, variable) && variable.Length > 0)
            {
                kernels.TakeAverage(training.Stream, index, k);
            }
        }
    }

    /// <summary>Says that weights have been written: the next step reads them before it moves them.</summary>
    /// <remarks>
    /// To be called where <see cref="LambOptions.WeightAccess"/> is not <see cref="LambWeightAccess.Shared"/>, after
    /// the weights of any variable were written: initialised again, loaded, averaged over machines. Otherwise it
    /// changes nothing. The first step, and the first after <see cref="LoadState"/> and
    /// <see cref="FinalizeVariableValues"/>, read them without being told.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public void NotifyWeightsChanged()
    {
        using var visit = use.Enter();
        training.KnowsWeights = false;
    }

    /// <summary>Excludes variables from weight decay in the steps to come.</summary>
    /// <remarks>
    /// A second call replaces the first. Variables that were made with
    /// <see cref="LambVariable.ExcludeFromWeightDecay"/> stay excluded, whatever is called.
    /// </remarks>
    /// <param name="excluded">Variables of this optimizer.</param>
    /// <param name="names">
    /// Regular expressions; a variable is excluded where one matches anywhere in its name. An empty one matches all.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A variable is not one of this optimizer's, or an expression is null, cannot be parsed, takes longer than a
    /// second or matches no name; the exclusions stay as they were.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is in the optimizer, or a launch or a load that failed has left it unfit, as for
    /// <see cref="Step(IReadOnlyCollection{LambVariable})"/>; the exclusions stay as they were.
    /// </exception>
    public void ExcludeFromWeightDecay(IEnumerable<LambVariable>? excluded = null, IEnumerable<string>? names = null)
    {
        LambVariable[] listed = Listing.Copy(excluded ?? []);
        RequireOwn(listed, nameof(excluded));
        HashSet<LambVariable> all = [.. listed, .. NamePatterns.Match(Listing.Copy(names ?? []), training.Variables)];
        using var visit = use.Enter();
        training.Gradients.SetDecay(Options, variable => Decays(variable) && !all.Contains(variable));
    }

    private static bool Decays(LambVariable variable) => !variable.ExcludeFromWeightDecay;

    private LambView Shown(StateStream kept, [NotNull] LambVariable? variable)
    {
        RequireShown(variable);
        return training.Part(kept, variable);
    }

    private void RequireShown([NotNull] LambVariable? variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        RequireShown();
        RequireOwn([variable], nameof(variable));
    }

    private void RequireShown()
    {
        ObjectDisposedException.ThrowIf(use.IsOver, this);
        training.State.RequireLive();
    }
}
