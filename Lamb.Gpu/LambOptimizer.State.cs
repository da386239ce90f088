using System.Diagnostics.CodeAnalysis;
using ILGPU;
using Lamb.Gpu.Arguments;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Variables;

namespace Lamb.Gpu;

/// <content>The state: moments, averages, norms, loss scale and counters.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Gets the number of updates: <see cref="RawIterations"/> / accumulation steps.</summary>
    /// <remarks>With a dynamic loss scale the device counts, and reading the property waits for the stream.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed or, with a dynamic loss scale, its
    /// stream or its accelerator.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public long Iterations => RawIterations / training.Clock.Window;

    /// <summary>Gets the number of gradients taken: micro-steps count, skipped steps do not.</summary>
    /// <remarks>With a dynamic loss scale the device counts, and reading the property waits for the stream.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed or, with a dynamic loss scale, its
    /// stream or its accelerator.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public long RawIterations
    {
        get
        {
            using var visit = use.Enter();
            return training.ReadIterations();
        }
    }

    /// <summary>Returns the first moment m of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The moment is in bfloat16; use
    /// <see cref="FirstMomentView"/>.</exception>
    public ArrayView<float> FirstMoment(LambVariable variable) => FirstMomentView(variable).As<float>();

    /// <summary>Returns the first moment m of a variable on the device, in its
    /// <see cref="LambOptions.MomentDataType"/>.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView FirstMomentView(LambVariable variable) => Shown(StateStream.FirstMoment, variable);

    /// <summary>Returns the second moment v of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The moment is in bfloat16; use
    /// <see cref="SecondMomentView"/>.</exception>
    public ArrayView<float> SecondMoment(LambVariable variable) => SecondMomentView(variable).As<float>();

    /// <summary>Returns the second moment v of a variable on the device, in its
    /// <see cref="LambOptions.MomentDataType"/>.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    public LambView SecondMomentView(LambVariable variable) => Shown(StateStream.SecondMoment, variable);

    /// <summary>Returns the master copy of the weights of a variable on the device.</summary>
    /// <remarks>
    /// The optimizer updates the copy and rounds it to the weights. Zero before the first step. If the caller has
    /// written a weight since, the next step refreshes the copy.
    /// </remarks>
    /// <param name="variable">A variable of this optimizer with 16-bit weights.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
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
                $"Variable '{variable.Name}' must have 16-bit weights, and MasterWeights must be true, for a "
                + "master copy; "
                + $"its weights are {variable.WeightView.DataType}, MasterWeights is {Options.MasterWeights}.");
    }

    /// <summary>Returns the average of the weights of a variable on the device.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, valid until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is null, or not one of this optimizer's.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or its accelerator has been disposed.</exception>
    /// <exception cref="InvalidOperationException">The optimizer was created without <c>UseEma</c>.</exception>
    public ArrayView<float> Average(LambVariable variable) => Options.UseEma
        ? Shown(StateStream.Average, variable).As<float>()
        : throw new InvalidOperationException("There are no averages: make the optimizer with UseEma = true.");

    /// <summary>Gets the loss scale on the device: one float, by which the backend multiplies its loss.</summary>
    /// <remarks>
    /// The fixed factor or the dynamic scale; 1 if there is neither. A copy for reading: writing to it has no effect,
    /// and a step with a dynamic scale overwrites it. Use <see cref="SetLossScale"/> to change the scale.
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
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public LambLossScale ReadLossScale()
    {
        using var visit = use.Enter();
        LossScaleState scale = training.ReadLossScale();
        return new LambLossScale(scale.Scale, scale.FiniteSteps);
    }

    /// <summary>Multiplies a loss by the loss scale. Waits for the stream; <see cref="LossScale"/> does not.</summary>
    /// <param name="loss">The loss.</param>
    /// <returns>The loss to compute the gradients from.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public double ScaleLoss(double loss) => loss * ReadLossScale().Scale;

    /// <summary>Gets how many steps in a row were skipped, up to the last one: 0 after a step that was taken.</summary>
    /// <remarks>
    /// Waits for the stream. A large number shows that the scale is stuck: at
    /// <see cref="LambDynamicLossScale.MinScale"/>, steps whose gradients stay non-finite are skipped forever. Always 0
    /// without a dynamic scale. Stored in checkpoints, but not in the result of <see cref="SaveState"/>;
    /// <see cref="LoadState"/> and <see cref="SetLossScale"/> reset it to 0.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public int SkippedInARow
    {
        get
        {
            using var visit = use.Enter();
            return training.ReadLossScale().SkippedInARow;
        }
    }

    /// <summary>Sets the dynamic loss scale, which adapts further from there.</summary>
    /// <remarks>Waits for the stream. Resets the counts of consecutive finite and skipped steps to 0.</remarks>
    /// <param name="scale">From <see cref="LambDynamicLossScale.MinScale"/> to
    /// <see cref="LambDynamicLossScale.MaxScale"/>; rounded to float32.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not within its limits; it stays as it
    /// was.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, a failed launch or load has left
    /// it unusable until a load succeeds, or it was created without
    /// <see cref="LambOptions.DynamicLossScale"/>.</exception>
    public void SetLossScale(double scale)
    {
        using var visit = use.Enter();
        LambDynamicLossScale limits = Options.DynamicLossScale ?? throw new InvalidOperationException(
            "The loss scale must be dynamic to be set; this optimizer has a fixed factor or none. Create it with "
            + "DynamicLossScale.");
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
    /// <returns>One entry per variable, in order; before its first update the norms are 0 and the ratio is 1.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public IReadOnlyList<LambTrustRatio> ReadTrustRatios()
    {
        using var visit = use.Enter();
        return [.. training.Read(training.State.TrustRatios).Zip(training.Variables, (ratio, variable) =>
            new LambTrustRatio(variable.Name, ratio.WeightNorm, ratio.UpdateNorm, ratio.Value))];
    }

    /// <summary>Replaces the weights by their averages; does nothing if there are none, as in Keras.</summary>
    /// <remarks>Before the first step the averages are zero. Takes one launch per variable on the optimizer's stream,
    /// and waits for the stream with a dynamic loss scale.</remarks>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream, its accelerator or a buffer of the
    /// variables has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds; nothing was written.</exception>
    public void FinalizeVariableValues()
    {
        using var visit = use.Enter();
        training.RequireLive();
        training.KnowsWeights = false;
        var k = new StepScalars { RoundingKey = training.Clock.RoundingKeyAt(training.ReadIterations()) };
        foreach ((int index, LambVariable variable) in training.Variables.Index())
        {
            if (StateStream.Average.Has(Options, variable) && variable.Length > 0)
            {
                kernels.TakeAverage(training.Stream, index, k);
            }
        }
    }

    /// <summary>Tells the optimizer that weights have been written, so that the next step measures them
    /// first.</summary>
    /// <remarks>
    /// Call it if <see cref="LambOptions.WeightAccess"/> is not <see cref="LambWeightAccess.Shared"/>, after you have
    /// written the weights of any variable: initialized, loaded or averaged them over machines. Otherwise it has no
    /// effect. The first step, and the first after <see cref="LoadState"/> and <see cref="FinalizeVariableValues"/>,
    /// measure the weights without this call.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public void NotifyWeightsChanged()
    {
        using var visit = use.Enter();
        training.KnowsWeights = false;
    }

    /// <summary>Excludes variables from weight decay in the following steps.</summary>
    /// <remarks>
    /// Each call replaces the one before. Variables created with <see cref="LambVariable.ExcludeFromWeightDecay"/>
    /// always stay excluded.
    /// </remarks>
    /// <param name="excluded">Variables of this optimizer.</param>
    /// <param name="names">
    /// Regular expressions. A variable is excluded if one of them matches anywhere in its name; an empty one matches
    /// all.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A variable is not one of this optimizer's, or an expression is null, cannot be parsed, takes longer than a
    /// second or matches no name; the exclusions are unchanged.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is in the optimizer, or a failed launch or load has left it unusable, as for
    /// <see cref="Step(IReadOnlyCollection{LambVariable})"/>; the exclusions are unchanged.
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
