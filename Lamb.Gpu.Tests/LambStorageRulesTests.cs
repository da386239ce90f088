using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests;

/// <summary>Storage that does not fit is refused before anything is allocated or launched.</summary>
[TestClass]
public class LambStorageRulesTests
{
    private const LambDataType Single = LambDataType.Float32, Half = LambDataType.Float16;
    private const LambDataType Brain = LambDataType.BFloat16;

    [TestMethod]
    public void WhatDoesNotGoTogetherIsRefused()
    {
        Accelerator cpu = TestDevice.Cpu.Accelerator;
        using LambVariables singles = StoredVariables.Allocate(TestDevice.Cpu, Single, Single, [1f]);
        using LambVariables halves = StoredVariables.Allocate(TestDevice.Cpu, Half, Half, [1f]);
        using var constrained = LambVariables.Allocate(
            cpu, new LambVariableSpec("k", [2]) { WeightDataType = Brain, Constraint = new NonNegativeConstraint() });
        var byChance = new LambOptions { MasterWeights = false, WeightRounding = LambRounding.Stochastic };
        AssertRefused("MomentDataType must be Float32 or BFloat16", singles, new() { MomentDataType = Half });
        AssertRefused("Nearest where MasterWeights is true", halves, byChance with { MasterWeights = true });
        AssertRefused("where all weights are Float32", singles, byChance);
        AssertRefused(
            "have no master copy", halves, new() { MasterWeights = false, WeightAccess = LambWeightAccess.Exclusive });
        AssertRefused("constraint must be Float32", constrained, new());
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => halves[0].Weights).Message, "WeightView.As");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => halves[0].WeightView.As<BFloat16>()).Message,
            "ILGPU.Half, since the numbers are stored as Float16; it was Lamb.Gpu.BFloat16.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => LambVariables.Allocate(
                cpu, new LambVariableSpec("k", [1]) { GradientDataType = (LambDataType)9 })).Message,
            "GradientDataType of 'k' must be one of");
        using MemoryBuffer1D<BFloat16, Stride1D.Dense> tiny = cpu.Allocate1D<BFloat16>(1);
        using MemoryBuffer1D<float, Stride1D.Dense> gradient = cpu.Allocate1D<float>(1);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(
                () => new LambVariables(cpu, new LambVariable("k", [1], tiny.View, gradient.View))).Message,
            "at least 4 bytes");
    }

    [TestMethod]
    public void WhereThereIsNoMasterCopyAskingForOneIsAnError()
    {
        using LambVariables singles = StoredVariables.Allocate(TestDevice.Cpu, Single, Single, [1f, 2f, 3f], [1f, 2f]);
        using LambVariables halves = StoredVariables.Allocate(TestDevice.Cpu, Brain, Brain, [1f, 2f, 3f], [1f, 2f]);
        foreach ((LambVariables variables, LambOptions options) in new[]
        {
            (singles, new LambOptions { MomentDataType = Brain }), (singles, new LambOptions()),
            (halves, new LambOptions { MasterWeights = false, MomentDataType = Brain }),
        })
        {
            using var optimizer = new LambOptimizer(variables, options);
            StringAssert.Contains(
                Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.MasterWeights(variables[1])).Message,
                "must have 16-bit weights, and MasterWeights must be true");
        }
    }

    private static void AssertRefused(string reason, LambVariables variables, LambOptions options) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new LambOptimizer(variables, options)).Message, reason);
}
