using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.State;

/// <summary>What a training has come to: the state on the device, and how many steps it has taken.</summary>
/// <remarks>Under an adapting loss scale the device counts, since it alone knows which steps were skipped; the host
/// then counts ahead, and asks where a caller may wait.</remarks>
internal sealed class Training(
    LambVariables variables, LambOptions options, AcceleratorStream stream, StepClock clock, OptimizerState state)
{
    private readonly bool isCountedByDevice = options.DynamicLossScale != null;
    private bool keepsSums;

    /// <summary>What is trained.</summary>
    public LambVariables Variables => variables;

    /// <summary>The hyper-parameters.</summary>
    public LambOptions Options => options;

    /// <summary>Where steps are launched.</summary>
    public AcceleratorStream Stream => stream;

    /// <summary>The scalars of each step.</summary>
    public StepClock Clock => clock;

    /// <summary>The buffers on the device.</summary>
    public OptimizerState State => state;

    /// <summary>Which variables have a gradient, and which decay.</summary>
    public StepGradients Gradients { get; } = new(variables);

    /// <summary>Gradients taken, micro-steps included, as far as the host knows.</summary>
    public long RawIterations { get; private set; }

    /// <summary>Whether the sums of squares are those of the weights, where only the optimizer writes them.</summary>
    public bool KnowsWeights { get; set; }

    /// <summary>Throws where the accelerator, the stream or a buffer of the variables has been disposed.</summary>
    public void RequireLive()
    {
        RequireState();
        variables.RequireLive();
    }

    /// <summary>Throws where the accelerator or the stream has been disposed.</summary>
    public void RequireState()
    {
        state.RequireLive();
        if (stream.IsDisposed)
        {
            throw new ObjectDisposedException(
                "stream",
                "The stream that the optimizer was made with has been disposed: dispose of the optimizer before it.");
        }
    }

    /// <summary>Waits for the stream and reads a view.</summary>
    public T[] Read<T>(ArrayView<T> view)
        where T : unmanaged
    {
        RequireState();
        var values = new T[view.Length];
        view.CopyToCPU(stream, values);
        stream.Synchronize();
        return values;
    }

    /// <summary>Waits for the stream and reads the loss scale and what is counted with it.</summary>
    public LossScaleState ReadLossScale() => Read(state.LossScale)[0];

    /// <summary>Writes the loss scale and what is counted with it, and waits.</summary>
    public void WriteLossScale(Func<LossScaleState, LossScaleState> change)
    {
        LossScaleState changed = change(ReadLossScale()) with { Calls = state.History.Calls };
        state.LossScale.CopyFromCPU(stream, [changed, changed]);
        stream.Synchronize();
    }

    /// <summary>The part of a stream that is a variable's.</summary>
    public LambView Part(StateStream kept, LambVariable variable) =>
        state[kept].Part(state.Plan.Arena.OffsetOf(variables.IndexOf(variable)), variable.Length);

    /// <summary>Gradients taken; waits for the stream if the device counts them.</summary>
    public long ReadIterations() => isCountedByDevice ? ReadLossScale().RawIterations : RawIterations;

    /// <summary>Whether the next window goes on with the sums that there are, as a window does in which nothing but
    /// overwriting gradients came.</summary>
    public bool KeepsSums() => isCountedByDevice ? ReadLossScale().KeepsSums != 0 : keepsSums;

    /// <summary>Reads what the device has counted, and waits for it: then nothing older is needed again.</summary>
    public void Level()
    {
        if (isCountedByDevice)
        {
            long counted = ReadIterations();
            state.History.Level(counted);
            RawIterations = clock.FollowsIterations ? counted : RawIterations;
        }
    }

    /// <summary>The scalars of the next step.</summary>
    public StepScalars NextScalars()
    {
        LearnIterations();
        StepScalars k = clock.At(RawIterations);

        // Again: a function of the caller's, which the clock may call, can have disposed of them.
        RequireLive();
        k.TrainsAny = Gradients.AnyTrained ? 1 : 0;
        k.Phase = keepsSums && !k.IsDynamic && k.Phase == StepPhase.Store ? StepPhase.Add : k.Phase;
        return k;
    }

    /// <summary>Counts a step whose last launch is out.</summary>
    public void Count(StepScalars k)
    {
        keepsSums = k.Phase == StepPhase.Update ? !Gradients.AnyTrained : keepsSums;
        RawIterations++;
    }

    /// <summary>Goes on from a number of iterations.</summary>
    public void Restore(long iterations, bool goesOnWithSums, Func<LossScaleState, LossScaleState> change)
    {
        int keeps = goesOnWithSums ? 1 : 0;
        WriteLossScale(scale => change(scale) with { RawIterations = iterations, KeepsSums = keeps });
        RawIterations = iterations;
        keepsSums = goesOnWithSums;
        state.History.Level(iterations);
    }

    // Without waiting, where the device has told something. A function of the caller's gives other numbers to other
    // calls, and when the device tells is chance: there the host goes on counting what is skipped too.
    private void LearnIterations()
    {
        if (isCountedByDevice)
        {
            long newest = state.History.Newest();
            RawIterations = clock.FollowsIterations ? newest : RawIterations;
        }
    }
}
