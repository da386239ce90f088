using Lamb.Gpu.Bench.Golden;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Variables of any storage, written and read as float32.</summary>
internal static class StoredVariables
{
    /// <summary>Allocates v0, v1 and so on with these weights, rounded.</summary>
    public static LambVariables Allocate(
        TestDevice device, LambStorage weights, LambStorage gradients, params float[][] initial)
    {
        var variables = LambVariables.Allocate(device.Accelerator, [.. initial.Select((values, i) =>
            new LambVariableSpec($"v{i}", [values.Length]) { WeightStorage = weights, GradientStorage = gradients })]);
        for (int i = 0; i < initial.Length; i++)
        {
            StoredArray.Write(variables[i].WeightArray, initial[i], device.Accelerator.DefaultStream);
        }

        return variables;
    }

    /// <summary>Takes a step with these gradients, rounded.</summary>
    public static void Step(LambOptimizer optimizer, LambVariables variables, params float[][] gradients)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            StoredArray.Write(variables[i].GradientArray, gradients[i], variables.Accelerator.DefaultStream);
        }

        optimizer.Step();
    }

    /// <summary>Waits, and reads the weights.</summary>
    public static float[] Weights(TestDevice device, LambVariable variable) =>
        StoredArray.Read(variable.WeightArray, device.Accelerator.DefaultStream);
}
