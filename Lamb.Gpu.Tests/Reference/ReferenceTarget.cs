using System.Text.Json;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>Plays a trajectory on the reference.</summary>
internal sealed class ReferenceTarget : ITrajectoryTarget
{
    private readonly Trajectory trajectory;
    private readonly double[]? callableRates;
    private LambReference reference;
    private LossScaleReference? lossScale;
    private int applies;
    private int learningRateCalls;

    public ReferenceTarget(Trajectory trajectory)
    {
        this.trajectory = trajectory;
        callableRates = CallableRates(trajectory.Config.LearningRate);
        (reference, lossScale) = Create();
    }

    /// <inheritdoc/>
    public double LearningRate => reference.LearningRate.At(reference.RawIterations);

    /// <inheritdoc/>
    public void Apply(IReadOnlyList<float[]?> gradients)
    {
        learningRateCalls = 0;
        double[]?[] widened = [.. gradients.Select(gradient => gradient == null ? null : Widen(gradient))];
        try
        {
            (lossScale == null ? (Action<IReadOnlyList<double[]?>>)reference.Step : lossScale.Step)(widened);
        }
        finally
        {
            applies++;
        }
    }

    /// <inheritdoc/>
    public void SetLearningRate(JsonElement value) => reference.LearningRate = RateOf(value);

    /// <inheritdoc/>
    public void FinalizeVariables() => reference.FinalizeVariables();

    /// <inheritdoc/>
    public void AssignVariable(int index, float[] value) => Widen(value).CopyTo(reference.Weights[index], 0);

    /// <inheritdoc/>
    public void SaveLoad()
    {
        IReadOnlyList<SavedTensor> saved = ReferenceState.Save(reference, lossScale);
        IReadOnlyList<double[]> weights = reference.Weights;
        (reference, lossScale) = Create();
        foreach ((double[] before, double[] after) in weights.Zip(reference.Weights))
        {
            before.CopyTo(after, 0);
        }

        ReferenceState.Load(saved, reference, lossScale);
    }

    /// <inheritdoc/>
    public TargetSnapshot Read() => new(
        reference.RawIterations,
        reference.Iterations,
        [.. reference.Weights.Select(Copy)],
        Trained(variable => variable.FirstMoment),
        Trained(variable => variable.SecondMoment))
    {
        Averages = reference.Options.UseEma ? Trained(variable => variable.Average) : null,
        Accumulators = [.. reference.Variables.Select(variable => Copy(variable.Accumulator))],
        LossScale = lossScale == null ? null : new LossScaleState(lossScale.DynamicScale, lossScale.StepCounter),
        LearningRateCalls = learningRateCalls,
        OptimizerVariables = ReferenceState.Save(reference, lossScale),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        // Plain arrays.
    }

    private static double[]? CallableRates(JsonElement rate) =>
        rate.ValueKind == JsonValueKind.Object && rate.TryGetProperty("callable", out JsonElement callable)
            ? [.. callable.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())]
            : null;

    private static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];

    private static double[] Copy(double[] values) => [.. values];

    // From the full configuration and the flags of the variables: the defaults and the exclusions of Keras itself.
    private (LambReference Reference, LossScaleReference? LossScale) Create()
    {
        LossScaleArguments? wrapper = trajectory.LossScaleOptimizer;
        var inner = new LambReference(
            trajectory.Variables.Select(CreateVariable),
            OptionsOf(trajectory.FullConfig, isWrapped: wrapper != null));
        return (inner, wrapper == null
            ? null
            : new LossScaleReference(inner, wrapper.InitialScale ?? 32768, wrapper.DynamicGrowthSteps ?? 2000));
    }

    private static ReferenceVariable CreateVariable(TrajectoryVariable variable) =>
        new(variable.Name, variable.Shape, Widen(variable.Initial))
        {
            Decays = !variable.ExcludeFromWeightDecay,
            IsOverwritten = variable.OverwriteWithGradient,
            Constraint = ReferenceConstraint.Read(variable.Constraint),
        };

    private ReferenceOptions OptionsOf(TrajectoryConfig config, bool isWrapped) => new()
    {
        LearningRate = RateOf(config.LearningRate),
        Beta1 = config.Beta1!.Value,
        Beta2 = config.Beta2!.Value,
        Epsilon = config.Epsilon!.Value,
        WeightDecay = config.WeightDecay,
        ClipNorm = config.ClipNorm,
        ClipValue = config.ClipValue,
        GlobalClipNorm = config.GlobalClipNorm,
        UseEma = config.UseEma!.Value,
        EmaMomentum = config.EmaMomentum!.Value,
        EmaOverwriteFrequency = config.EmaOverwriteFrequency,

        // A LossScaleOptimizer sets the factor of the optimizer inside to None.
        LossScaleFactor = isWrapped ? null : config.LossScaleFactor,
        GradientAccumulationSteps = config.GradientAccumulationSteps,
    };

    private LambLearningRate RateOf(JsonElement rate)
    {
        if (rate.ValueKind != JsonValueKind.Object)
        {
            return rate.GetDouble();
        }

        return callableRates == null ? ScheduleJson.Read(rate) : LambLearningRate.FromFunc(CallForRate);
    }

    private double CallForRate()
    {
        learningRateCalls++;
        return callableRates![applies];
    }

    private double[]?[] Trained(Func<ReferenceVariable, double[]> tensor) =>
        [.. reference.Variables.Select(variable => variable.IsOverwritten ? null : Copy(tensor(variable)))];
}
