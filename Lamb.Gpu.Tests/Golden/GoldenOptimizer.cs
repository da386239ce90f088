using System.Text.Json;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Plays a trajectory on the library, through its public API alone.</summary>
internal sealed class GoldenOptimizer : ITrajectoryTarget
{
    private readonly LambVariables variables;
    private readonly LambOptimizer optimizer;
    private readonly AcceleratorStream stream;

    public GoldenOptimizer(Trajectory trajectory, TestDevice device)
    {
        stream = device.Accelerator.DefaultStream;
        variables = LambVariables.Allocate(
            device.Accelerator, [.. trajectory.Variables.Select(SpecOf)]);
        try
        {
            for (int i = 0; i < variables.Count; i++)
            {
                AssignVariable(i, trajectory.Variables[i].Initial);
            }

            optimizer = device.Optimizer(variables, OptionsOf(trajectory.Config));
            Exclude(trajectory.ExcludeFromWeightDecay);
        }
        catch
        {
            optimizer?.Dispose();
            variables.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public double LearningRate => optimizer.LearningRate;

    /// <inheritdoc/>
    public void Apply(IReadOnlyList<float[]?> gradients)
    {
        for (int i = 0; i < variables.Count; i++)
        {
            Write(variables[i].Gradients, gradients[i] ?? throw NotBuilt("missing gradients"));
        }

        optimizer.Step();
    }

    /// <inheritdoc/>
    public void SetLearningRate(JsonElement value) => optimizer.LearningRate = value.GetDouble();

    /// <inheritdoc/>
    public void FinalizeVariables()
    {
        // Without averages there is nothing to write.
    }

    /// <inheritdoc/>
    public void AssignVariable(int index, float[] value) => Write(variables[index].Weights, value);

    /// <inheritdoc/>
    public void SaveLoad() => throw NotBuilt("save_load");

    /// <inheritdoc/>
    public TargetSnapshot Read() => new(
        optimizer.Iterations,
        optimizer.Iterations,
        [.. variables.Select(variable => Read(variable.Weights))],
        [.. variables.Select(variable => Read(optimizer.FirstMoment(variable)))],
        [.. variables.Select(variable => Read(optimizer.SecondMoment(variable)))]);

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        variables.Dispose();
    }

    private static LambVariableSpec SpecOf(TrajectoryVariable variable) =>
        new(variable.Name, variable.Shape) { Constraint = ConstraintMap.Of(variable.Constraint) };

    // What Keras was not told is left to the library too, so that its defaults are under test.
    private static LambOptions OptionsOf(TrajectoryConfig config)
    {
        var defaults = new LambOptions();
        return new LambOptions
        {
            LearningRate = config.LearningRate.GetDouble(),
            Beta1 = config.Beta1 ?? defaults.Beta1,
            Beta2 = config.Beta2 ?? defaults.Beta2,
            Epsilon = config.Epsilon ?? defaults.Epsilon,
            WeightDecay = config.WeightDecay ?? defaults.WeightDecay,
        };
    }

    private static NotSupportedException NotBuilt(string option) => new($"The library has no {option}.");

    private void Exclude(ExclusionArguments? arguments)
    {
        if (arguments != null)
        {
            optimizer.ExcludeFromWeightDecay(
                arguments.VarList?.Select(index => variables[index]), arguments.VarNames);
        }
    }

    private void Write(ArrayView<float> view, float[] values)
    {
        if (values.Length != view.Length)
        {
            throw new InvalidDataException($"A tensor of {view.Length} elements was given {values.Length} values.");
        }

        if (values.Length > 0)
        {
            view.CopyFromCPU(stream, values);
            stream.Synchronize();
        }
    }

    private double[] Read(ArrayView<float> view)
    {
        var values = new float[view.Length];
        if (values.Length > 0)
        {
            view.CopyToCPU(stream, values);
            stream.Synchronize();
        }

        return [.. values.Select(value => (double)value)];
    }
}
