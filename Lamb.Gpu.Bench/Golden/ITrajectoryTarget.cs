using System.Text.Json;

namespace Lamb.Gpu.Bench.Golden;

/// <summary>An optimizer with its variables, as a trajectory sees it: a method an action.</summary>
internal interface ITrajectoryTarget : IDisposable
{
    /// <summary>Gets the rate that the next apply would use.</summary>
    double LearningRate { get; }

    /// <summary>Applies gradients, one tensor a variable, null where there is none.</summary>
    void Apply(IReadOnlyList<float[]?> gradients);

    /// <summary>Sets the rate: a number or a schedule.</summary>
    void SetLearningRate(JsonElement value);

    /// <summary>Writes the averages over the variables, where averages are kept.</summary>
    void FinalizeVariables();

    /// <summary>Gives a variable another value, behind the optimizer's back.</summary>
    void AssignVariable(int index, float[] value);

    /// <summary>Saves the state, makes the optimizer anew as it was at first, and loads the state.</summary>
    void SaveLoad();

    /// <summary>Reads everything that can be compared.</summary>
    TargetSnapshot Read();
}
