using System.Text.Json;
using Lamb.Gpu.Tests.Golden;
using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>Plays a trajectory on the reference.</summary>
internal sealed class ReferenceTarget(Trajectory trajectory) : ITrajectoryTarget
{
    private readonly LambReference reference = Create(trajectory);

    /// <inheritdoc/>
    public double LearningRate => reference.LearningRate;

    /// <inheritdoc/>
    public void Apply(IReadOnlyList<float[]?> gradients) =>
        reference.Step([.. gradients.Select(gradient => Widen(gradient ?? throw NotBuilt("missing gradients")))]);

    /// <inheritdoc/>
    public void SetLearningRate(JsonElement value) => reference.LearningRate = value.GetDouble();

    /// <inheritdoc/>
    public void FinalizeVariables()
    {
        // Without averages there is nothing to write.
    }

    /// <inheritdoc/>
    public void AssignVariable(int index, float[] value) => Widen(value).CopyTo(reference.Weights[index], 0);

    /// <inheritdoc/>
    public void SaveLoad() => throw NotBuilt("save_load");

    /// <inheritdoc/>
    public TargetSnapshot Read() => new(
        reference.Iterations,
        reference.Iterations,
        Copy(reference.Weights),
        Copy(reference.FirstMoments),
        Copy(reference.SecondMoments));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Plain arrays.
    }

    // From the full configuration and the flags of the variables: the defaults and the exclusions of Keras itself.
    private static LambReference Create(Trajectory trajectory)
    {
        TrajectoryConfig config = trajectory.FullConfig;
        return new LambReference(trajectory.Variables.Select(variable => Widen(variable.Initial)))
        {
            LearningRate = config.LearningRate.GetDouble(),
            Beta1 = config.Beta1!.Value,
            Beta2 = config.Beta2!.Value,
            Epsilon = config.Epsilon!.Value,
            WeightDecay = config.WeightDecay,
            Excluded = Enumerable.Range(0, trajectory.Variables.Count)
                .Where(index => trajectory.Variables[index].ExcludeFromWeightDecay)
                .ToHashSet(),
        };
    }

    private static NotSupportedException NotBuilt(string option) => new($"The reference has no {option}.");

    private static double[] Widen(float[] values) => [.. values.Select(value => (double)value)];

    private static IReadOnlyList<double[]> Copy(IReadOnlyList<double[]> tensors) =>
        [.. tensors.Select(tensor => tensor.ToArray())];
}
