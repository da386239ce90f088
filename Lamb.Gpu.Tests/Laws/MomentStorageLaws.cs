using System.Runtime.CompilerServices;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>What the documentation says of moments in bfloat16, and of the memory of a loss scale, is so.</summary>
[TestClass]
public class MomentStorageLaws
{
    [TestMethod]
    public void MomentsInBFloat16MoveUByTwoPercentAndByTenAtTheWorst()
    {
        // Gradients of one sign, so that m is of the size of g and an error relative to it.
        double[] single = Updates(LambDataType.Float32), brain = Updates(LambDataType.BFloat16);
        double[] errors = [.. single.Zip(brain, (u, rounded) => (rounded - u) / u)];
        double rms = Math.Sqrt(errors.Average(error => error * error)), mean = errors.Average();
        double worst = errors.Max(Math.Abs);
        Console.WriteLine($"rms {rms:p2}, mean {mean:p2}, worst {worst:p2}");
        Assert.IsTrue(rms is > 0.015 and < 0.03, $"rms {rms:p2}");
        Assert.IsTrue(worst is > 0.04 and < 0.2, $"worst {worst:p2}");
        Assert.IsLessThan(0.003, Math.Abs(mean), $"mean {mean:p2}");
    }

    [TestMethod]
    public void AnEntryOfTheHistoryOfScalarsTakesWhatItsDecisionPageSays() =>
        Assert.AreEqual(128, Unsafe.SizeOf<StepScalars>());

    private static double[] Updates(LambDataType storage)
    {
        const int length = 4096;
        using LambVariables variables = TestDevice.Cpu.Allocate(length);
        variables.Fill(1);
        using LambOptimizer optimizer = TestDevice.Cpu.Optimizer(
            variables, new LambOptions { LearningRate = 1e-3, MomentDataType = storage });
        for (int step = 0; step < 3000; step++)
        {
            optimizer.StepWith(variables, [.. Values.Random(length, step).Select(g => 1 + (g / 2))]);
        }

        IReadOnlyList<LambStateValue> state = optimizer.SaveState();
        double[] first = [.. state[^2].Values], second = [.. state[^1].Values];
        return [.. first.Zip(second, (m, v) =>
            m / (1 - Math.Pow(0.9, 3000)) / (Math.Sqrt(v / (1 - Math.Pow(0.999, 3000))) + 1e-7))];
    }
}
