using System.Reflection;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>The rules see what they are there for.</summary>
[TestClass]
public class PtxRuleTests
{
    [TestMethod]
    [DataRow(nameof(PlantedKernels.AddsAtomically), "red.add.global.f32", "no atomic addition")]
    [DataRow(nameof(PlantedKernels.AddsAtomicallyAndLooks), "atom.add.global.f32", "no atomic addition")]
    [DataRow(nameof(PlantedKernels.ComputesInDouble), "mul.f64", "no arithmetic in double")]
    [DataRow(nameof(PlantedKernels.IndexesLocalMemory), ".local", "no local memory")]
    [DataRow(nameof(PlantedKernels.DividesApproximately), "div.approx.f32", "no approximation")]
    [DataRow(nameof(PlantedKernels.RaisesApproximately), "ex2.approx", "no approximation")]
    [DataRow(nameof(PlantedKernels.FollowsAPointer), "st.f32", "no access without a state space")]
    public void APlantedFaultIsNamed(string kernel, string operation, string rule)
    {
        MethodInfo entry = typeof(PlantedKernels).GetMethod(kernel)!;
        foreach (Architecture architecture in Architecture.All)
        {
            string[] broken = [.. PtxRule.Broken(PtxSource.Of(kernel, entry, architecture))];
            string all = string.Join(Environment.NewLine, broken);
            Assert.IsTrue(broken.All(line => line.StartsWith($"{kernel} for SM {architecture.Name}, line ")), all);
            Assert.IsTrue(broken.Any(line => line.Contains(operation) && line.Contains(rule)), all);
        }
    }

    [TestMethod]
    public void AStreamThatIsMovedFloatByFloatIsNamed()
    {
        MethodInfo entry = new Action<StepViews, StepScalars>(
            MomentKernel<DirectGradient, SharedWeights>.Run<PlantedKernels.NarrowWorker>).Method;
        var source = PtxSource.Of("Narrow", entry, Architecture.All[0]);
        string[] wrong = [.. StreamAccesses.Wrong(source, new ShippedKernel(entry).Streamed, null)];
        Assert.HasCount(2, wrong);
        StringAssert.StartsWith(
            wrong[0], "Narrow for SM 7.5 has ld.global.v4.f32 0 times; its streams come to 4.");
        StringAssert.StartsWith(
            wrong[1], "Narrow for SM 7.5 has st.global.v4.f32 0 times; its streams come to 2.");
    }
}
