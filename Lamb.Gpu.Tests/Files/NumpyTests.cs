using System.Text.Json;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Checkpoints;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Python, with readers of its own, finds in our files what is on the device.</summary>
[TestClass]
public sealed class NumpyTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void ACheckpointHoldsWhatIsOnTheDevice()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveCheckpoint(folder["a"]);
        JsonElement read = Numpy.Call("read_checkpoint.py", folder["a"]);
        Dictionary<string, JsonElement> tensors =
            read.GetProperty("tensors").EnumerateObject().ToDictionary(tensor => tensor.Name, tensor => tensor.Value);
        foreach (LambVariable variable in worn.Variables)
        {
            AssertIs(tensors, $"weight/{variable.Name}", variable.Shape, variable.Weights.Read(Device.Accelerator));
            if (!variable.OverwriteWithGradient)
            {
                LambOptimizer optimizer = worn.Optimizer;
                IReadOnlyList<long> shape = variable.Shape;
                AssertIs(tensors, $"first_moment/{variable.Name}", shape, Read(optimizer.FirstMoment(variable)));
                AssertIs(tensors, $"second_moment/{variable.Name}", shape, Read(optimizer.SecondMoment(variable)));
                AssertIs(tensors, $"average/{variable.Name}", shape, Read(optimizer.Average(variable)));
            }
        }

        CollectionAssert.AreEquivalent(
            new[] { "accumulator/dense/kernel", "accumulator/set", "accumulator/bias", "trust_ratio" }, tensors.Keys);
        JsonElement metadata = read.GetProperty("metadata");
        Assert.AreEqual("6", metadata.GetProperty("raw_iterations").GetString());
        Assert.AreEqual("3", metadata.GetProperty("iterations").GetString());
        Assert.AreEqual("0.3", metadata.GetProperty("learning_rate").GetString());
        JsonElement config = metadata.GetProperty("configuration").GetProperty("inner_optimizer").GetProperty("config");
        Assert.AreEqual(0.1, config.GetProperty("weight_decay").GetDouble());
    }

    [TestMethod]
    public void NumpyReadsTheStateThatWeWrite()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveKerasState(folder["a.npz"]);
        Dictionary<string, JsonElement> arrays = Numpy.Call("read_checkpoint.py", folder["a.npz"])
            .EnumerateObject().ToDictionary(array => array.Name, array => array.Value);
        foreach ((int index, LambStateValue value) in worn.Optimizer.SaveState().Index())
        {
            string type = value.Name switch { "iteration" => "<i8", "step_counter" => "<i4", _ => "<f4" };
            Assert.AreEqual(type, arrays[$"{index}"].GetProperty("type").GetString(), value.Name);
            if (type == "<f4")
            {
                AssertIs(arrays, $"{index}", value.Shape, [.. value.Values.Select(number => (float)number)]);
            }
        }
    }

    [TestMethod]
    public void TheFilesOfNumpyAreWhatNumpyWritesHere()
    {
        Numpy.Call("make.py", folder["."]);
        foreach (string file in Directory.GetFiles(Numpy.Folder, "*.npz"))
        {
            string name = Path.GetFileName(file);
            JsonElement kept = Numpy.Call("read_checkpoint.py", file);
            Assert.AreEqual(kept.GetRawText(), Numpy.Call("read_checkpoint.py", folder[name]).GetRawText(), name);
        }
    }

    private static TestDevice Device => TestDevice.Cpu;

    private static float[] Read(ILGPU.ArrayView<float> view) => view.Read(Device.Accelerator);

    private static void AssertIs(
        Dictionary<string, JsonElement> found, string name, IReadOnlyList<long> shape, float[] values)
    {
        Assert.IsTrue(found.Remove(name, out JsonElement array), name);
        Assert.AreEqual("<f4", array.GetProperty("type").GetString());
        Assert.AreEqual($"[{string.Join(", ", shape)}]", array.GetProperty("shape").GetRawText(), name);
        Assert.AreEqual(
            Convert.ToHexStringLower([.. values.SelectMany(BitConverter.GetBytes)]),
            array.GetProperty("bytes").GetString(),
            name);
    }
}
