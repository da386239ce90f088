using System.Text.Json;
using ILGPU.Runtime;

namespace Lamb.Gpu.Golden;

/// <summary>Plays a trajectory on the library, through its public API alone.</summary>
internal sealed class GoldenOptimizer : ITrajectoryTarget
{
    private readonly Trajectory trajectory;
    private readonly Func<LambVariables, LambOptions, LambOptimizer> make;
    private readonly LambVariables variables;
    private LambOptimizer optimizer;
    private int actions;
    private int rateCalls;
    private Func<double>? callable;
    private readonly AcceleratorStream stream;

    /// <summary>Allocates the variables of a trajectory and makes its optimizer.</summary>
    /// <param name="trajectory">The variables, their first values and the options.</param>
    /// <param name="accelerator">What to run on; it belongs to the caller.</param>
    /// <param name="make">Makes an optimizer of variables and options.</param>
    /// <param name="weights">How the weights lie in memory.</param>
    /// <param name="gradients">How the gradients lie in memory.</param>
    public GoldenOptimizer(
        Trajectory trajectory,
        Accelerator accelerator,
        Func<LambVariables, LambOptions, LambOptimizer> make,
        LambDataType weights = LambDataType.Float32,
        LambDataType gradients = LambDataType.Float32)
    {
        this.trajectory = trajectory;
        this.make = make;
        stream = accelerator.DefaultStream;
        variables = LambVariables.Allocate(accelerator, [.. trajectory.Variables.Select(
            variable => SpecOf(variable) with { WeightDataType = weights, GradientDataType = gradients })]);
        try
        {
            for (int i = 0; i < variables.Count; i++)
            {
                AssignVariable(i, trajectory.Variables[i].Initial);
            }

            optimizer = Create();
        }
        catch
        {
            optimizer?.Dispose();
            variables.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public double LearningRate => optimizer.LearningRate switch
    {
        { Number: { } number } => number,
        { Schedule: { } schedule } => schedule.RateAt(optimizer.RawIterations),
        _ => callable!(),
    };

    /// <inheritdoc/>
    public void Apply(IReadOnlyList<float[]?> gradients)
    {
        var missing = new List<LambVariable>();
        for (int i = 0; i < variables.Count; i++)
        {
            if (gradients[i] is { } gradient)
            {
                TypedView.Write(variables[i].GradientView, gradient, stream);
            }
            else
            {
                missing.Add(variables[i]);
            }
        }

        rateCalls = 0;
        try
        {
            optimizer.Step(missing);
        }
        finally
        {
            actions++;
        }
    }

    /// <inheritdoc/>
    public void SetLearningRate(JsonElement value) => optimizer.LearningRate = RateOf(value);

    /// <inheritdoc/>
    public void FinalizeVariables() => optimizer.FinalizeVariableValues();

    /// <inheritdoc/>
    public void AssignVariable(int index, float[] value) =>
        TypedView.Write(variables[index].WeightView, value, stream);

    /// <inheritdoc/>
    public void SaveLoad()
    {
        IReadOnlyList<LambStateValue> saved = optimizer.SaveState();
        optimizer.Dispose();
        optimizer = Create();
        optimizer.LoadState(saved);
    }

    /// <inheritdoc/>
    public TargetSnapshot Read()
    {
        var saved = optimizer.SaveState().ToLookup(value => value.Name);
        IReadOnlyList<double[]?> Tensors(string kind) =>
            [.. variables.Select(variable => saved[$"{variable.Name}_{kind}"].FirstOrDefault()?.Values.ToArray())];
        LambOptions options = optimizer.Options;
        LambLossScale scale = optimizer.ReadLossScale();
        return new TargetSnapshot(
            optimizer.RawIterations,
            optimizer.Iterations,
            [.. variables.Select(variable => Weights(variable))],
            Tensors("momentum"),
            Tensors("velocity"))
        {
            Averages = options.UseEma ? Tensors("average") : null,
            Accumulators = options.GradientAccumulationSteps > 0 ? Tensors("gradient_accumulator") : null,
            LossScale = options.DynamicLossScale == null ? null : new LossScaleState(scale.Scale, scale.FiniteSteps),
            LearningRateCalls = rateCalls,
            OptimizerVariables = [.. optimizer.SaveState().Select(value =>
                new SavedTensor(value.Name, value.Shape, [.. value.Values]))],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        variables.Dispose();
    }

    private static LambVariableSpec SpecOf(TrajectoryVariable variable) => new(variable.Name, variable.Shape)
    {
        OverwriteWithGradient = variable.OverwriteWithGradient,
        Constraint = ConstraintMap.Of(variable.Constraint),
    };

    // What Keras was not told is left to the library too, so that its defaults are under test.
    private LambOptions OptionsOf(TrajectoryConfig config)
    {
        var defaults = new LambOptions();
        return new LambOptions
        {
            LearningRate = RateOf(config.LearningRate),
            ClipNorm = config.ClipNorm,
            ClipValue = config.ClipValue,
            GlobalClipNorm = config.GlobalClipNorm,
            UseEma = config.UseEma ?? defaults.UseEma,
            EmaMomentum = config.EmaMomentum ?? defaults.EmaMomentum,
            EmaOverwriteFrequency = config.EmaOverwriteFrequency,
            LossScaleFactor = config.LossScaleFactor,
            GradientAccumulationSteps = config.GradientAccumulationSteps,
            DynamicLossScale = LossScaleOf(trajectory.LossScaleOptimizer),
            Beta1 = config.Beta1 ?? defaults.Beta1,
            Beta2 = config.Beta2 ?? defaults.Beta2,
            Epsilon = config.Epsilon ?? defaults.Epsilon,
            WeightDecay = config.WeightDecay ?? defaults.WeightDecay,
        };
    }

    private static LambDynamicLossScale? LossScaleOf(LossScaleArguments? arguments)
    {
        var defaults = new LambDynamicLossScale();
        return arguments == null ? null : new LambDynamicLossScale
        {
            InitialScale = arguments.InitialScale ?? defaults.InitialScale,
            DynamicGrowthSteps = arguments.DynamicGrowthSteps ?? defaults.DynamicGrowthSteps,
        };
    }

    private LambOptimizer Create()
    {
        LambOptimizer made = make(variables, OptionsOf(trajectory.Config));
        Exclude(made, trajectory.ExcludeFromWeightDecay);
        return made;
    }

    private LambLearningRate RateOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.GetDouble();
        }

        if (value.TryGetProperty("callable", out JsonElement recorded))
        {
            double[] values = [.. recorded.GetProperty("values").EnumerateArray().Select(rate => rate.GetDouble())];
            return callable = () =>
            {
                rateCalls++;
                return values[Math.Min(actions, values.Length - 1)];
            };
        }

        return LambOptions.FromJson($$"""{"learning_rate": {{value.GetRawText()}}}""").LearningRate;
    }

    private void Exclude(LambOptimizer optimizer, ExclusionArguments? arguments)
    {
        if (arguments != null)
        {
            optimizer.ExcludeFromWeightDecay(
                arguments.VarList?.Select(index => variables[index]), arguments.VarNames);
        }
    }

    // A master copy where there is one, but for weights that were written since the last step, which it will follow.
    private double[] Weights(LambVariable variable)
    {
        LambView array = variable.WeightView;
        float[] stored = TypedView.Read(array, stream);
        if (array.DataType == LambDataType.Float32 || !optimizer.Options.MasterWeights)
        {
            return [.. stored.Select(value => (double)value)];
        }

        float[] masters = TypedView.Read(optimizer.MasterWeights(variable), stream);
        return
        [
            .. stored.Zip(masters, (weight, master) =>
                (double)(TypedView.Rounded(array.DataType, master) == weight ? master : weight)),
        ];
    }
}

/// <summary>Makes the constraint that a Keras config describes.</summary>
internal static class ConstraintMap
{
    /// <summary>Reads class_name and config; null where there is no constraint.</summary>
    public static LambConstraint? Of(JsonElement? constraint)
    {
        if (constraint is not { ValueKind: JsonValueKind.Object } found)
        {
            return null;
        }

        JsonElement config = found.GetProperty("config");
        double Number(string key) => config.GetProperty(key).GetDouble();
        string name = found.GetProperty("class_name").GetString()!;
        return name switch
        {
            "MaxNorm" => new MaxNormConstraint(Number("max_value"), Axis(config)),
            "NonNeg" => new NonNegativeConstraint(),
            "UnitNorm" => new UnitNormConstraint(Axis(config)),
            "MinMaxNorm" => new MinMaxNormConstraint(
                Number("min_value"), Number("max_value"), Number("rate"), Axis(config)),
            _ => throw new InvalidDataException($"There is no constraint '{name}'."),
        };
    }

    private static int[] Axis(JsonElement config)
    {
        JsonElement axis = config.GetProperty("axis");
        return axis.ValueKind == JsonValueKind.Array
            ? [.. axis.EnumerateArray().Select(each => each.GetInt32())]
            : [axis.GetInt32()];
    }
}
