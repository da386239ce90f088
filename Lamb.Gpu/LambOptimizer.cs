using ILGPU.Runtime;
using Lamb.Gpu.Arguments;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Options;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu;

/// <summary>Trains variables with LAMB on the accelerator that holds them.</summary>
/// <remarks>
/// You et al. 2020 (arXiv:1904.00962), Algorithm 2, in the order of keras.optimizers.Lamb; t counts updates from 1:
/// <code>
/// g ← g / loss scale                              skipped whole where a gradient is not finite, if the scale adapts
/// a ← a + g                                       micro-steps; the last of a window goes on with g ← (a + g)/k
/// g ← clip(g)                                     by value, by ‖g‖ of the variable, or by ‖g‖ of all
/// w ← w − λη·w                                    unless excluded
/// m ← m + (1 − β₁)(g − m);  v ← v + (1 − β₂)(g² − v)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// r = ‖w‖ > 0 and ‖u‖ > 0 ? ‖w‖ / ‖u‖ : 1         one a variable
/// w ← w − η·r·u
/// w̄ ← w̄ + (1 − μ)(w − w̄)                          the first step copies; now and then w ← w̄
/// </code>
/// These are the defaults. <see cref="LambOptions"/> and <see cref="LambVariant"/> select other forms: decay in u
/// or in g, the correction elsewhere or nowhere, m ← β₁·m + g, limits of r and of ‖w‖, gradients scaled to a norm
/// of 1. Sums are added in a fixed order: two runs on the same machine give the same bits.
/// </remarks>
public sealed partial class LambOptimizer : IDisposable
{
    private const string HalfAStep = "A launch of the last step failed, and the step was taken in part or not at all: "
        + "load a checkpoint, or write the weights and load a state, before anything else.";

    private readonly ExclusiveUse use;
    private readonly Training training;
    private readonly LambKernels kernels;
    private readonly KnownWeights knownWeights;
    private readonly VariableConstraints constraints;

    /// <summary>Allocates and zeroes the state and compiles the kernels; the weights are unchanged.</summary>
    /// <param name="variables">The variables to train. Every step reads and writes them; the optimizer does not dispose
    /// of them.</param>
    /// <param name="options">The hyperparameters; those of Keras by default.</param>
    /// <param name="stream">The stream that steps are launched on; by default the default stream of the
    /// accelerator.</param>
    /// <remarks>
    /// Several optimizers may train the same variables in turn on one stream: a step reads the weights as they are. If
    /// <see cref="LambOptions.WeightAccess"/> is not Shared, call <see cref="NotifyWeightsChanged"/> of each after
    /// steps of the others.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The variables are null, an option is invalid (the message lists all that are), the stream belongs to another
    /// accelerator, or a constraint does not fit its variable or <see cref="LambOptions.WeightAccess"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The accelerator, the stream or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InsufficientMemoryException">The device does not have enough memory for the state; nothing
    /// stays allocated.</exception>
    public LambOptimizer(LambVariables variables, LambOptions? options = null, AcceleratorStream? stream = null)
        : this(variables, options, stream, null)
    {
    }

    /// <summary>Makes an optimizer with another tuning, with other kernels in the places of its own, or one that tells
    /// what it is about to allocate.</summary>
    internal LambOptimizer(
        LambVariables variables,
        LambOptions? options,
        AcceleratorStream? stream,
        Tuning? tuning,
        KernelCompiler? compiler = null,
        Action<string, long>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(variables);
        options ??= new LambOptions();
        options.Validate();
        Accelerator accelerator = variables.Accelerator;
        stream ??= accelerator.DefaultStream;
        RequireSameAccelerator(accelerator, stream);
        WeightChecks.Throw(options, variables);
        ObjectDisposedException.ThrowIf(accelerator.IsDisposed, accelerator);
        ObjectDisposedException.ThrowIf(stream.IsDisposed, stream);
        variables.RequireLive();
        use = new ExclusiveUse(this, Free);
        var clock = new StepClock(options);
        tuning ??= Tuning.For(accelerator);
        var plan = new TilePlan(variables, tuning.TileLength, tuning.ReachesEveryBuffer);
        WorkQueue? queue = tuning.Claim == null ? null : new WorkQueue(plan, tuning.Claim.Lag, tuning.Claim.Length);
        var state = new OptimizerState(accelerator, variables, plan, options, queue, watch);
        training = new Training(variables, options, stream, clock, state);
        try
        {
            constraints = new(accelerator, variables, tuning, options.DynamicLossScale != null, watch);
            compiler ??= WorkerChoice.For;
            var form = KernelForm.Of(options, variables, tuning);
            kernels = new LambKernels(state, tuning, each => compiler(accelerator, tuning, each), form);
            knownWeights = new KnownWeights(training, kernels);
            training.Gradients.SetDecay(options, Decays);
            training.Gradients.Upload(stream, state.FlagsBlocks);
        }
        catch
        {
            constraints?.Dispose();
            state.Dispose();
            throw;
        }
    }

    /// <summary>Gets the hyperparameters that the optimizer was created with.</summary>
    public LambOptions Options => training.Options;

    /// <summary>Gets or sets the learning rate η of the following steps.</summary>
    /// <remarks>As in Keras, a number can be replaced by anything, a schedule only by a schedule, and a function by
    /// nothing.</remarks>
    /// <exception cref="ArgumentException">The value is a number that is not finite; the rate is unchanged.</exception>
    /// <exception cref="InvalidOperationException">
    /// A schedule would be replaced by a number or a function, or a function by anything; a schedule returns a rate
    /// that is not finite; another thread is in the optimizer; or a failed launch or load has left it unfit. The rate
    /// is unchanged.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been disposed, and a
    /// rate is set.</exception>
    public LambLearningRate LearningRate
    {
        get => training.Clock.LearningRate;
        set
        {
            using var visit = use.Enter();
            training.RequireState();
            (Options with { LearningRate = value }).Validate();
            StepClock clock = training.Clock;
            clock.RequireReplaceable(value);
            if (Options.DynamicLossScale != null && value.Schedule != null)
            {
                // The device may still be at one of the last iterations.
                training.State.History.Change(
                    training.Stream, training.RawIterations, (k, raw) => clock.WithRate(k, value.At(raw)));
            }

            clock.LearningRate = value;
        }
    }

    /// <summary>Gets how many kernels have been launched since the optimizer was made.</summary>
    internal long Launches => kernels.Launches + constraints.Launches;

    /// <summary>Takes a step with the gradients on the device, one for every variable.</summary>
    /// <inheritdoc cref="Step(IReadOnlyCollection{LambVariable})" path="/remarks"/>
    /// <inheritdoc cref="Step(IReadOnlyCollection{LambVariable})"
    /// path="/exception[contains(@cref, 'ObjectDisposed') or contains(@cref, 'InvalidOperation')]"/>
    public void Step() => Step([]);

    /// <summary>Takes a step or a micro-step with the gradients on the device.</summary>
    /// <remarks>
    /// Launches three kernels on the stream for any number of variables, and one on the CPU accelerator; two more for
    /// clipping by a norm or a dynamic loss scale; only one for a micro-step (on OpenCL, the streaming kernels once per
    /// buffer). Each variable with a constraint takes one more launch (two and a copy with a dynamic loss scale).
    /// Variables with two combinations of data types take the streaming kernels twice, five launches instead of three
    /// or one, and so on. One more launch measures weights that only the optimizer writes, the first time and after
    /// <see cref="NotifyWeightsChanged"/>. One more updates the flags of each block of 64 variables in which the set of
    /// variables without a gradient, or that decay, has changed. Returns without waiting for the device or reading from
    /// it, unless <see cref="LambOptions.WeightAccess"/> asks for a check. Reads gradients; reads and writes weights.
    /// </remarks>
    /// <param name="missingGradients">
    /// The variables without a gradient. They neither decay nor move and, as in Keras, lose their accumulated gradient
    /// if the step ends an accumulation window.
    /// </param>
    /// <exception cref="ArgumentException">The list or a variable is null, or a variable is not one of this
    /// optimizer's; nothing was launched.</exception>
    /// <exception cref="ObjectDisposedException">
    /// The optimizer, the stream, the accelerator or a buffer of the variables has been disposed; nothing was launched.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Another thread is in the optimizer, no variable has a gradient, or the learning rate or a beta was invalid;
    /// nothing was launched. Or the caller has written weights although <see cref="LambWeightAccess.ExclusiveChecked"/>
    /// was set; nothing was changed. Or a launch of an earlier step failed and left that step half done: until
    /// <see cref="LoadCheckpoint"/> or <see cref="LoadState"/> succeeds, every call except <see cref="Dispose"/> is
    /// refused.
    /// </exception>
    public void Step(IReadOnlyCollection<LambVariable> missingGradients)
    {
        LambVariable[] missing = Listing.Copy(missingGradients);
        using var visit = use.Enter();
        training.RequireLive();
        RequireOwn(missing, nameof(missingGradients));
        (AcceleratorStream stream, OptimizerState state) = (training.Stream, training.State);
        training.Gradients.Set(missing);
        StepScalars k = training.NextScalars();
        kernels.WriteFlags(stream, training.Gradients);                          // flags, where they have changed
        knownWeights.Prepare();                                                  // Σw², where only we write w
        if (k.IsDynamic || (k.ClipMode != ClipMode.None && k.Phase == StepPhase.Update))
        {
            kernels.MeasureGradients(stream, k);                                 // Σg², all finite?
            int slot = state.History.Add(stream, training.RawIterations, k);
            use.Fault = HalfAStep;
            kernels.Decide(stream, k, slot);                                     // clip factors, loss scale, skip?
            state.History.Count(stream, training.RawIterations, state.LossScale);
        }

        use.Fault = HalfAStep;                                                   // until the last launch is out
        if (!k.IsDynamic && k.Phase != StepPhase.Update)
        {
            kernels.ApplyUpdate(stream, k);                                      // a; and w̄
        }
        else if (kernels.FusesStages)
        {
            kernels.FuseStages(stream, k);                                       // all of the next three, tile by tile
        }
        else
        {
            kernels.UpdateMoments(stream, k);                                    // m, v, Σu², Σw²
            kernels.ComputeTrustRatios(stream, k);                               // ‖w‖ / ‖u‖, one per variable
            kernels.ApplyUpdate(stream, k);                                      // w; and w̄
        }

        training.Count(k);
        use.Fault = null;
        constraints.ApplyConstraints(stream, training.Gradients, state.Scalars); // w of variables with a constraint
    }

    /// <summary>Waits for the stream and frees the state; the variables stay.</summary>
    /// <remarks>
    /// Never throws. If another thread is in the optimizer, or if a callback of the optimizer calls it, it returns at
    /// once: the call in progress runs to its end, and then frees the state. Errors of a failed device are ignored
    /// here; the next call that waits for the device reports them. A second call does nothing.
    /// </remarks>
    public void Dispose() => use.End();

    private void RequireOwn(IReadOnlyCollection<LambVariable> given, string parameter)
    {
        foreach (LambVariable variable in given)
        {
            if (training.Variables.IndexOf(variable) < 0)
            {
                throw new ArgumentException(
                    (variable == null ? "No variable may be null; one is." : Foreign(variable))
                    + $" This optimizer's are {LambVariable.NamesOf(training.Variables)}: take them from the "
                    + "LambVariables that it was made with.",
                    parameter);
            }
        }
    }

    private string Foreign(LambVariable variable) => training.Variables.Any(own => own.Name == variable.Name)
        ? $"Variable '{variable.Name}' is another one than this optimizer's of that name."
        : $"Variable '{variable.Name}' is not one of this optimizer's.";

    private void Free()
    {
        Quietly(Wait);
        Quietly(constraints.Dispose);
        Quietly(training.State.Dispose);
    }

    // Where the accelerator is gone, nothing runs on it; a stream that is gone cannot be waited for.
    private void Wait()
    {
        if (training.Stream.IsDisposed && !training.Variables.Accelerator.IsDisposed)
        {
            training.Variables.Accelerator.Synchronize();
        }
        else if (!training.Variables.Accelerator.IsDisposed)
        {
            training.Stream.Synchronize();
        }
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // The device has failed: what it says would hide the exception that told of it first.
        }
    }

    private static void RequireSameAccelerator(Accelerator accelerator, AcceleratorStream stream)
    {
        if (stream.Accelerator != accelerator)
        {
            throw new ArgumentException(
                $"The stream must belong to the accelerator of the variables, '{accelerator.Name}'; it belongs to "
                + $"{AcceleratorNames.Other(accelerator, stream.Accelerator)}. Make it with CreateStream of "
                + "variables.Accelerator.",
                nameof(stream));
        }
    }
}
