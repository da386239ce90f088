using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Variables of any storage, written and read as float32.</summary>
internal static class StoredVariables
{
    /// <summary>Allocates v0, v1 and so on with these weights, rounded.</summary>
    public static LambVariables Allocate(
        TestDevice device, LambDataType weights, LambDataType gradients, params float[][] initial)
    {
        var variables = LambVariables.Allocate(device.Accelerator, [.. initial.Select((values, i) =>
            new LambVariableSpec($"v{i}", [values.Length])
            {
                WeightDataType = weights, GradientDataType = gradients,
            })]);
        for (int i = 0; i < initial.Length; i++)
        {
            TypedView.Write(variables[i].WeightView, initial[i], device.Accelerator.DefaultStream);
        }

        return variables;
    }

    /// <summary>Takes a step with these gradients, rounded.</summary>
    public static void Step(LambOptimizer optimizer, LambVariables variables, params float[][] gradients)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            TypedView.Write(variables[i].GradientView, gradients[i], variables.Accelerator.DefaultStream);
        }

        optimizer.Step();
    }

    /// <summary>Waits, and reads the weights.</summary>
    public static float[] Weights(TestDevice device, LambVariable variable) =>
        TypedView.Read(variable.WeightView, device.Accelerator.DefaultStream);
}
