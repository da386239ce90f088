using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Averages that become the weights.</summary>
[TestClass]
public class TakeAverageKernelTests
{
    public static IEnumerable<object[]> Rows => TestDevice.KernelRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WeightsOfEveryStorageBecomeTheirAverages(string row)
    {
        TestDevice device = TestDevice.Open(row);
        LambDataType[] storages = Enum.GetValues<LambDataType>();
        LambVariableSpec[] specs =
        [
            .. from length in KernelCase.LengthsFor(device)
               from storage in storages
               select new LambVariableSpec($"{storage} {length}", [length])
               {
                   WeightDataType = storage, OverwriteWithGradient = length == 63,
               },
        ];
        using var variables = LambVariables.Allocate(device.Accelerator, specs);
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { UseEma = true, EmaMomentum = 0.5, LearningRate = 0.1 });
        for (int step = 0; step < 3; step++)
        {
            optimizer.StepWith(variables, [.. specs.Select((spec, i) => Values.Random(spec.Shape[0], i + step))]);
        }

        float[][] before = [.. variables.Select(variable => StoredVariables.Weights(device, variable))];
        optimizer.FinalizeVariableValues();
        for (int i = 0; i < variables.Count; i++)
        {
            float[] averages = optimizer.Average(variables[i]).Read(device.Accelerator);
            float[] expected = specs[i].OverwriteWithGradient
                ? before[i]
                : [.. averages.Select(value => TypedView.Rounded(specs[i].WeightDataType, value))];
            CollectionAssert.AreEqual(
                expected.Bits(), StoredVariables.Weights(device, variables[i]).Bits(), variables[i].Name);
            if (specs[i].WeightDataType != LambDataType.Float32 && !specs[i].OverwriteWithGradient)
            {
                float[] masters = optimizer.MasterWeights(variables[i]).Read(device.Accelerator);
                CollectionAssert.AreEqual(averages.Bits(), masters.Bits(), variables[i].Name);
            }
        }
    }
}
