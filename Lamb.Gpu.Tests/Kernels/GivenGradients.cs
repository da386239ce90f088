using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Takes a step with gradients of the host.</summary>
internal static class GivenGradients
{
    /// <summary>Writes the gradients, null where a variable has none, takes a step and waits for it.</summary>
    public static void StepWith(
        this LambOptimizer optimizer, LambVariables variables, params IReadOnlyList<float[]?> gradients)
    {
        var missing = new List<LambVariable>();
        foreach ((LambVariable variable, float[]? gradient) in variables.Zip(gradients))
        {
            if (gradient == null)
            {
                missing.Add(variable);
            }
            else
            {
                TypedView.Write(variable.GradientView, gradient, variables.Accelerator.DefaultStream);
            }
        }

        optimizer.Step(missing);
        variables.Accelerator.Synchronize();
    }
}
