using System.Text;
using System.Text.Json;
using Lamb.Gpu.Bench.Checkpoints;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Bench;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>The bytes of a checkpoint are what others read and write of the format, wherever it was written.</summary>
[TestClass]
public sealed class CheckpointFormatTests : IDisposable
{
    private static readonly LambVariableSpec[] Specs = [new("a/ä", [3]), new("b", [2, 1]), new("c", []), new("d", [5])];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow(LambDataType.Float32, LambDataType.BFloat16)]
    [DataRow(LambDataType.Float16, LambDataType.Float32)]
    [DataRow(LambDataType.BFloat16, LambDataType.BFloat16)]
    public void EveryTensorBeginsAtAMultipleOfItsElement(LambDataType weights, LambDataType moments)
    {
        using LambVariables variables = LambVariables.Allocate(
            TestDevice.Cpu.Accelerator, [.. Specs.Select(spec => spec with { WeightDataType = weights })]);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(
            variables, new() { MomentDataType = moments, GradientAccumulationSteps = 2, UseEma = true });
        optimizer.SaveCheckpoint(folder["a"]);
        string text = SafetensorsFile.HeaderOf(File.ReadAllBytes(folder["a"]));
        using JsonDocument header = JsonDocument.Parse(text);
        Assert.AreEqual(0, Encoding.UTF8.GetByteCount(text) % 8);
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Skip(1))
        {
            int size = tensor.Value.GetProperty("dtype").GetString() == "F32" ? 4 : 2;
            Assert.AreEqual(0, tensor.Value.GetProperty("data_offsets")[0].GetInt64() % size, tensor.Name);
        }

        optimizer.LoadCheckpoint(folder["a"]);
    }

    [TestMethod]
    public void TensorsOfSixteenBitsGoToTheirPlaces()
    {
        var options = new LambOptions { MomentDataType = LambDataType.BFloat16, UseEma = true };
        using WornOptimizer saved = new(options, specs: Specs), loaded = new(options, steps: 1, seed: 9, specs: Specs);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        loaded.Optimizer.LoadCheckpoint(folder["a"]);
        CollectionAssert.AreEqual(saved.Bits(), loaded.Bits());
    }

    [TestMethod]
    public void AHeaderThatPythonHasWrittenAgainIsLoaded()
    {
        var options = new LambOptions { LearningRate = new CosineDecay(1e-7, 100), Epsilon = 1e-20, Name = "größe" };
        using WornOptimizer saved = new(options, specs: Specs), loaded = new(options, steps: 1, seed: 9, specs: Specs);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), Rewritten));
        loaded.Optimizer.LoadCheckpoint(folder["b"]);
        CollectionAssert.AreEqual(saved.StateBits(), loaded.StateBits());

        // The texts that are JSON themselves too, and keys in another order.
        File.WriteAllBytes(folder["c"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), RewrittenInside));
        loaded.Optimizer.LoadCheckpoint(folder["c"]);
        CollectionAssert.AreEqual(saved.StateBits(), loaded.StateBits());
    }

    [TestMethod]
    public void WhatIsOtherwiseIsFoundHoweverItIsWritten()
    {
        using var saved = new WornOptimizer();
        using var other = new WornOptimizer(WornOptimizer.Everything with { WeightDecay = 0.2 });
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(File.ReadAllBytes(folder["a"]), RewrittenInside));
        string message = Assert.ThrowsExactly<LambCheckpointException>(
            () => other.Optimizer.LoadCheckpoint(folder["b"])).Message;
        StringAssert.Contains(message, "\"configuration.weight_decay\" is 0.1 in the file, 0.2 in this optimizer.");
    }

    // No reflection for JSON, cultures as on the machine, and a link as the name of the file.
    [TestMethod]
    public void AProcessOfOtherSettingsWritesTheSameBytes()
    {
        Train("straight", 3);
        Train("x", 1);
        File.WriteAllText(folder["runtime.json"], """
            {"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"},
            "configProperties":{"System.Globalization.Invariant":false,
            "System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault":false}}}
            """);
        File.CreateSymbolicLink(folder["latest"], "x");
        using var process = BenchProcess.StartIn(
            folder["."], folder["runtime.json"], "checkpoint", "--train", "latest", "--steps", "2");
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (error.Contains("ICU", StringComparison.Ordinal))
        {
            throw new AssertInconclusiveException("There are no cultures on this machine.");
        }

        Assert.AreEqual(0, process.ExitCode, error);
        Assert.AreEqual("x", new FileInfo(folder["latest"]).LinkTarget);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["straight"]), File.ReadAllBytes(folder["x"]));
    }

    private void Train(string name, int steps)
    {
        using var training = new SavedTraining(folder[name], 100_000);
        training.Run(steps, savesEach: false);
    }

    private static string Rewritten(string header)
    {
        using JsonDocument document = JsonDocument.Parse(header);
        string written = PythonJson.Dumps(document.RootElement);
        Assert.AreNotEqual(header.TrimEnd(), written);
        return written;
    }

    private static string RewrittenInside(string header)
    {
        foreach (string key in new[] { "configuration", "variables", "decaying", "learning_rate" })
        {
            using JsonDocument document = JsonDocument.Parse(header);
            using JsonDocument text = JsonDocument.Parse(
                document.RootElement.GetProperty("__metadata__").GetProperty(key).GetString()!);
            header = FuzzShapes.Replace(header, key, PythonJson.Dumps(Turned(text.RootElement)));
        }

        return header;
    }

    private static JsonElement Turned(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return value;
        }

        IEnumerable<string> properties = value.EnumerateObject().Reverse().Select(
            property => $"\"{property.Name}\":{Turned(property.Value).GetRawText()}");
        return JsonDocument.Parse($"{{{string.Join(',', properties)}}}").RootElement;
    }
}
