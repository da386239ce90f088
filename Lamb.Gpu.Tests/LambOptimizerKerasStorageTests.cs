using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests;

/// <summary>What a caller does with 16 bits beside a step: kernels of his own, and files of Keras.</summary>
[TestClass]
public class LambOptimizerKerasStorageTests
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AKernelOfTheCallersConvertsBFloat16(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = StoredVariables.Allocate(
            device, LambDataType.BFloat16, LambDataType.BFloat16, Values.Random(300, 1));
        ArrayView<BFloat16> weights = variables[0].WeightView.As<BFloat16>();
        ArrayView<BFloat16> gradients = variables[0].GradientView.As<BFloat16>();
        var backward =
            device.Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<BFloat16>, ArrayView<BFloat16>>(
                (i, w, g) => g[i] = (BFloat16)(w[i] - 3));
        backward(300, weights, gradients);
        device.Accelerator.Synchronize();
        BFloat16[] given = new BFloat16[300], made = new BFloat16[300];
        weights.CopyToCPU(given);
        gradients.CopyToCPU(made);
        CollectionAssert.AreEqual(given.Select(w => (BFloat16)(w - 3)).ToArray(), made);
    }

    [TestMethod]
    public void AFileOfKerasHoldsWhatKerasHasAndIsTakenBesideMasterCopies()
    {
        using var folder = new TestFolder();
        TestDevice device = TestDevice.Cpu;
        using LambVariables halves = StoredVariables.Allocate(
            device, LambDataType.BFloat16, LambDataType.BFloat16, Values.Random(30, 1));
        using LambVariables singles = StoredVariables.Allocate(
            device, LambDataType.Float32, LambDataType.Float32, Values.Random(30, 1));
        using LambOptimizer ours = device.Optimizer(halves), keras = device.Optimizer(singles);
        StoredVariables.Step(ours, halves, Values.Random(30, 2));
        float[] masters = ours.MasterWeights(halves[0]).Read(device.Accelerator);
        ours.SaveKerasState(folder["halves.npz"]);
        keras.LoadKerasState(folder["halves.npz"]);
        Assert.HasCount(4, keras.SaveState());
        Assert.AreEqual(1, keras.Iterations);
        keras.SaveKerasState(folder["singles.npz"]);
        ours.LoadKerasState(folder["singles.npz"]);
        CollectionAssert.AreEqual(masters.Bits(), ours.MasterWeights(halves[0]).Read(device.Accelerator).Bits());
    }
}
