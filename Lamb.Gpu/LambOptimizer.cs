using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Layout;
using Lamb.Gpu.State;

namespace Lamb.Gpu;

/// <summary>Trains variables with LAMB on the accelerator that holds them.</summary>
/// <remarks>
/// You et al. 2020 (arXiv:1904.00962), Algorithm 2, in the order of keras.optimizers.Lamb; t counts steps from 1:
/// <code>
/// w ← w − λη·w                                    unless excluded
/// m ← m + (1 − β₁)(g − m);  v ← v + (1 − β₂)(g² − v)
/// u = (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
/// r = ‖w‖ > 0 and ‖u‖ > 0 ? ‖w‖ / ‖u‖ : 1         one a variable
/// w ← w − η·r·u
/// </code>
/// Sums are added in a fixed order: two runs on the same machine give the same bits.
/// </remarks>
public sealed class LambOptimizer : IDisposable
{
    private readonly LambVariables variables;
    private readonly LambOptions options;
    private readonly AcceleratorStream stream;
    private readonly OptimizerState state;
    private readonly LambKernels kernels;
    private readonly VariableConstraints constraints;
    private double learningRate;
    private int entered;
    private bool disposed;

    /// <summary>Allocates the moments, zeroed, and compiles the kernels; the weights stay as they are.</summary>
    /// <param name="variables">What to train; read and written by every step, and not disposed of with the
    /// optimizer.</param>
    /// <param name="options">The hyper-parameters; those of Keras by default.</param>
    /// <param name="stream">Where steps are launched; the default stream of the accelerator by default.</param>
    /// <exception cref="ArgumentException">
    /// An option breaks its rule (all that do are named), the stream belongs to another accelerator, or a constraint
    /// does not fit its variable.
    /// </exception>
    /// <exception cref="ObjectDisposedException">A buffer of the variables has been disposed.</exception>
    public LambOptimizer(LambVariables variables, LambOptions? options = null, AcceleratorStream? stream = null)
        : this(variables, options, stream, null)
    {
    }

    internal LambOptimizer(
        LambVariables variables, LambOptions? options, AcceleratorStream? stream, Tuning? tuning)
    {
        ArgumentNullException.ThrowIfNull(variables);
        this.variables = variables;
        this.options = options ?? new LambOptions();
        this.options.Validate();
        this.stream = stream ?? variables.Accelerator.DefaultStream;
        RequireSameAccelerator(variables.Accelerator, this.stream);
        variables.RequireLive();
        learningRate = this.options.LearningRate;
        constraints = new VariableConstraints(variables);
        tuning ??= Tuning.For(variables.Accelerator);
        var plan = new TilePlan(variables, tuning.TileLength, tuning.ReachesEveryBuffer);
        state = new OptimizerState(variables.Accelerator, variables, plan);
        try
        {
            kernels = LambKernels.Compile(variables.Accelerator, state, tuning);
            WriteVariableFlags(_ => false);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Gets how many steps have been taken.</summary>
    public long Iterations { get; private set; }

    /// <summary>Gets or sets η for the steps to come.</summary>
    /// <exception cref="ArgumentException">The value is not finite; the rate stays as it was.</exception>
    public double LearningRate
    {
        get => learningRate;
        set
        {
            (options with { LearningRate = value }).Validate();
            learningRate = value;
        }
    }

    /// <summary>Gets how many kernels have been launched since the optimizer was made.</summary>
    internal long Launches => kernels.Launches;

    /// <summary>Takes one step with the gradients as they are on the device.</summary>
    /// <remarks>
    /// Launches three kernels on the stream, however many variables there are (on OpenCL one a buffer for the first
    /// and the last), and returns without waiting for the device or reading from it. Reads gradients; reads and writes
    /// weights. 40 bytes an element in all. A constraint is a launch more.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">
    /// The optimizer or a buffer of the variables has been disposed; nothing was launched.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer; nothing was
    /// launched.</exception>
    public void Step()
    {
        Enter();
        try
        {
            variables.RequireLive();
            var k = StepScalars.Compute(options, learningRate, Iterations + 1);
            kernels.UpdateMoments(stream, k);      // m, v, Σu², Σw²
            kernels.ComputeTrustRatios(stream);    // ‖w‖ / ‖u‖, one a variable
            kernels.ApplyUpdate(stream, k);        // w
            constraints.ApplyConstraints(stream);  // w of variables with a constraint
            Iterations++;
        }
        finally
        {
            Leave();
        }
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
    /// A variable is not one of this optimizer's, or an expression cannot be parsed; the exclusions stay as they were.
    /// </exception>
    public void ExcludeFromWeightDecay(IEnumerable<LambVariable>? excluded = null, IEnumerable<string>? names = null)
    {
        LambVariable[] listed = [.. excluded ?? []];
        if (Array.Find(listed, variable => !variables.Contains(variable)) is { } stranger)
        {
            throw new ArgumentException(
                $"Variable '{stranger.Name}' is not one of this optimizer's: "
                + $"{string.Join(", ", variables.Select(variable => variable.Name))}.",
                nameof(excluded));
        }

        Regex[] patterns = [.. (names ?? []).Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant))];
        Enter();
        try
        {
            WriteVariableFlags(variable =>
                listed.Contains(variable) || patterns.Any(pattern => pattern.IsMatch(variable.Name)));
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Returns m of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    public ArrayView<float> FirstMoment(LambVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return Part(state.FirstMoments, variable);
    }

    /// <summary>Returns v of a variable on the device, in the order of its weights.</summary>
    /// <param name="variable">A variable of this optimizer.</param>
    /// <returns>A view into the optimizer's state, good until the optimizer is disposed.</returns>
    /// <exception cref="ArgumentException">The variable is not one of this optimizer's.</exception>
    public ArrayView<float> SecondMoment(LambVariable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return Part(state.SecondMoments, variable);
    }

    /// <summary>Waits for the stream and reads the norms and the trust ratio of every variable in the last
    /// step.</summary>
    /// <returns>One entry a variable, in their order; before the first step norms of 0 and ratios of 1.</returns>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public IReadOnlyList<LambTrustRatio> ReadTrustRatios()
    {
        Enter();
        try
        {
            var read = new TrustRatio[variables.Count];
            state.TrustRatios.CopyToCPU(stream, read);
            stream.Synchronize();
            return [.. read.Zip(variables, (ratio, variable) =>
                new LambTrustRatio(variable.Name, ratio.WeightNorm, ratio.UpdateNorm, ratio.Value))];
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Waits for the stream and frees the state; the variables stay.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer; nothing was freed.</exception>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        Enter();
        disposed = true;
        stream.Synchronize();
        state.Dispose();
        Leave();
    }

    private static void RequireSameAccelerator(Accelerator accelerator, AcceleratorStream stream)
    {
        if (stream.Accelerator != accelerator)
        {
            throw new ArgumentException(
                $"The stream must belong to the accelerator of the variables, '{accelerator.Name}'; "
                + $"it belongs to another one, '{stream.Accelerator.Name}'.",
                nameof(stream));
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Interlocked.Exchange(ref entered, 1) != 0)
        {
            throw new InvalidOperationException(
                "Another thread is in this optimizer. One thread at a time may step, read or dispose it: "
                + "take a lock around the calls, or give each thread an optimizer of its own.");
        }
    }

    private void Leave() => Volatile.Write(ref entered, 0);

    private void WriteVariableFlags(Predicate<LambVariable> isExcluded)
    {
        VariableFlags FlagsOf(LambVariable variable) =>
            options.WeightDecay == null || variable.ExcludeFromWeightDecay || isExcluded(variable)
                ? VariableFlags.None
                : VariableFlags.Decays;

        state.VariableFlags.CopyFromCPU(stream, [.. variables.Select(FlagsOf)]);
        stream.Synchronize();
    }

    private ArrayView<float> Part(ArrayView<float> arena, LambVariable variable)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        int index = variables.IndexOf(variable);
        return index >= 0
            ? arena.SubView(state.Plan.Arena.OffsetOf(index), variable.Length)
            : throw new ArgumentException(
                $"Variable '{variable.Name}' is not one of this optimizer's.", nameof(variable));
    }
}
