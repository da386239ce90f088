using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Sample;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Sample;

/// <summary>The gradients of the sample backend are those of the network in double.</summary>
[TestClass]
public class CharacterNetworkTests
{
    public static IEnumerable<object[]> Rows => TestDevice.OpenedRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void GradientsAreThoseOfTheReference(string row)
    {
        Accelerator accelerator = TestDevice.Open(row).Accelerator;
        Check(accelerator, BackendKernels.Compile(accelerator), new NetworkShape(37, 5, 12, 29), rows: 101);
    }

    [TestMethod]
    public void GroupKernelsGiveTheSameOnASimulatedGpu()
    {
        using var context = Context.Create(builder => builder.CPU(new CPUDevice(16, 16, 1)).EnableAlgorithms());
        using Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        Check(accelerator, BackendKernels.CompileForGroups(accelerator), new NetworkShape(19, 3, 6, 21), rows: 18);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ALossScaleIsInEveryGradientAndInNothingElse(string row)
    {
        Accelerator accelerator = TestDevice.Open(row).Accelerator;
        var shape = new NetworkShape(37, 5, 12, 29);
        using var network = new CharacterNetwork(accelerator, shape, maxRows: 20, new Random(1));
        using var scale = accelerator.Allocate1D([1024f]);
        network.Load(Batch.FromText([.. Enumerable.Range(0, 37)], [.. Enumerable.Range(5, 20)], shape));
        network.Forward();
        network.Backward();
        double loss = network.ReadLossSum();
        float[][] plain = [.. network.Variables.Select(variable => variable.Gradients.Read(accelerator))];
        network.Forward(scale.View);
        network.Backward();
        Assert.AreEqual(loss, network.ReadLossSum());
        foreach ((LambVariable variable, float[] expected) in network.Variables.Zip(plain))
        {
            // A power of two: every product and every sum is exactly so many times larger.
            int[] scaled = expected.Select(gradient => gradient * 1024).ToArray().Bits();
            CollectionAssert.AreEqual(scaled, variable.Gradients.Read(accelerator).Bits(), variable.Name);
        }

        network.Load(Batch.FromWindow([1, 2, 3, 4, 5], shape));
        Assert.AreEqual(1, network.Predict().Sum(), 1e-5);
    }

    private static void Check(Accelerator accelerator, BackendKernels kernels, NetworkShape shape, int rows)
    {
        using var network = new CharacterNetwork(accelerator, shape, rows, new Random(1), kernels);
        var random = new Random(2);
        int[] text = [.. Enumerable.Range(0, 500).Select(_ => random.Next(shape.Symbols))];
        int[] positions = [.. Enumerable.Range(0, rows).Select(_ => random.Next(shape.Window, text.Length))];
        network.Load(Batch.FromText(text, positions, shape));
        network.Forward();
        double loss = network.ReadLossSum() / rows;
        network.Backward();

        var reference = new NetworkReference(
            shape, network.Variables.ToDictionary(variable => variable.Name, variable => Read(variable.Weights)));
        double expected = positions.Sum(position => reference.AddRow(text, position, rows));
        Assert.AreEqual(expected, loss, 1e-6 * expected);
        foreach (LambVariable variable in network.Variables)
        {
            // Sums of a hundred float32 products: relative errors of some 1e-7, seen up to 4.3e-7.
            double[] gradients = reference.Gradients[variable.Name];
            double difference = Norm(Read(variable.Gradients).Zip(gradients, (x, y) => x - y));
            Assert.IsTrue(difference <= 1e-6 * Norm(gradients), $"{variable}: {difference} of {Norm(gradients)}");
        }

        double[] Read(ArrayView<float> view) => [.. Values.Read(view, accelerator).Select(value => (double)value)];
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));
}
