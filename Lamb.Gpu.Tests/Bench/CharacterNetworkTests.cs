using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Bench.Train.Backend;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Bench;

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
