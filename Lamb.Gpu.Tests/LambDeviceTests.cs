using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>What is opened, and what is said where it cannot be.</summary>
[TestClass]
[DoNotParallelize] // The environment is one for all tests of the process.
public class LambDeviceTests
{
    [TestMethod]
    public void TheCpuHasAWorkerACore()
    {
        using var device = LambDevice.Open(LambDeviceKind.Cpu);
        Assert.AreEqual(LambDeviceKind.Cpu, device.Kind);
        Assert.AreEqual(AcceleratorType.CPU, device.Accelerator.AcceleratorType);
        Assert.AreEqual(Environment.ProcessorCount, device.Accelerator.NumMultiprocessors);
    }

    [TestMethod]
    public void DisposingEndsTheAcceleratorAndItsContext()
    {
        LambDevice device = LambDevice.Open(LambDeviceKind.Cpu);
        (Accelerator accelerator, Context context) = (device.Accelerator, device.Accelerator.Context);
        device.Dispose();
        Assert.IsTrue(accelerator.IsDisposed && context.IsDisposed);
    }

    [TestMethod]
    [DataRow("cpu")]
    [DataRow(" CPU ")]
    public void TheEnvironmentDecides(string value)
    {
        using var device = WithEnvironment(value, () => LambDevice.Open());
        Assert.AreEqual(LambDeviceKind.Cpu, device.Kind);
    }

    [TestMethod]
    public void TheParameterDecidesOverTheEnvironment()
    {
        using var device = WithEnvironment("cuda", () => LambDevice.Open(LambDeviceKind.Cpu));
        Assert.AreEqual(LambDeviceKind.Cpu, device.Kind);
    }

    [TestMethod]
    public void ABadValueInTheEnvironmentIsAnError()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => WithEnvironment("gpu", () => LambDevice.Open()));
        Assert.AreEqual("LAMB_DEVICE must be cuda, opencl or cpu, was 'gpu'.", error.Message);
    }

    [TestMethod]
    [DataRow(LambDeviceKind.Cuda, "No NVIDIA GPU was found.", "libcuda.so.1")]
    [DataRow(LambDeviceKind.OpenCL, "No OpenCL device was found.", "pocl-opencl-icd")]
    public void WhatIsNotThereIsAnErrorThatSaysWhatToInstall(LambDeviceKind kind, string found, string remedy)
    {
        if (LambDevice.List().Any(info => info.Kind == kind && info.Name != null))
        {
            Assert.Inconclusive($"This machine has a device of kind {kind}.");
        }

        var error = Assert.ThrowsExactly<NotSupportedException>(() => LambDevice.Open(kind));
        StringAssert.StartsWith(error.Message, $"Looked for a device of kind {kind}. {found}");
        StringAssert.Contains(error.Message, remedy);
        StringAssert.Contains(error.Message, "Usable here: ");
        StringAssert.Contains(error.Message, "Cpu 'CPUAccelerator'");
    }

    [TestMethod]
    public void TheListNamesEveryKindInTheOrderOfPreference()
    {
        IReadOnlyList<LambDeviceInfo> list = LambDevice.List();
        CollectionAssert.AreEqual(
            new[] { LambDeviceKind.Cuda, LambDeviceKind.OpenCL, LambDeviceKind.Cpu },
            list.Select(info => info.Kind).Distinct().ToArray());
        Assert.IsTrue(list.All(info => info.IsUsable == (info.Problem == null)));
        Assert.IsTrue(list.All(info => !info.IsUsable || info is { Name: not null, MemoryBytes: > 0, Cores: > 0 }));
        Assert.IsTrue(list[^1].IsUsable, "the CPU is always there");
    }

    [TestMethod]
    public void AnAcceleratorOfTheCallerIsTakenAsItIs()
    {
        // No algorithms, no optimization, ILGPU's own choice of CPU device, a stream of its own.
        using var context = Context.Create(builder => builder.CPU());
        using Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        using AcceleratorStream stream = accelerator.CreateStream();
        using var variables = LambVariables.Allocate(accelerator, new LambVariableSpec("a", [1000]));
        variables.Fill(1);
        using var optimizer = new LambOptimizer(variables, null, stream);
        optimizer.Step();
        float[] expected = Values.Random(1000, 1);
        float[] weights = variables[0].Weights.Read(accelerator);
        Assert.AreNotEqual(expected[0], weights[0]);
        Assert.AreEqual(expected[0], weights[0], 0.01f);
    }

    private static T WithEnvironment<T>(string value, Func<T> action)
    {
        string? before = Environment.GetEnvironmentVariable(LambDevice.EnvironmentVariable);
        Environment.SetEnvironmentVariable(LambDevice.EnvironmentVariable, value);
        try
        {
            return action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(LambDevice.EnvironmentVariable, before);
        }
    }
}
