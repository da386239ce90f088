using ILGPU.Runtime;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Reference;

namespace Lamb.Gpu.Tests;

/// <summary>Training with weights, gradients and moments of 16 bits.</summary>
[TestClass]
public class LambOptimizerStorageTests
{
    private const LambDataType Half = LambDataType.Float16, Brain = LambDataType.BFloat16;

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> RowsWithAndWithoutMasters =>
        TestDevice.Rows.SelectMany(row => new object[][] { [row[0], true], [row[0], false] });

    // Keras computes in the type of the variable: 0.999 is 1 in bfloat16, v̂ infinite, and u zero.
    [TestMethod]
    [DynamicData(nameof(RowsWithAndWithoutMasters))]
    public void WeightsInBFloat16Move(string row, bool masters) =>
        AssertFollows(row, Brain, masters, Values.Random(300, 1), step => Values.Random(300, 10 + step));

    // Keras gets 0 · ∞ there.
    [TestMethod]
    [DynamicData(nameof(RowsWithAndWithoutMasters))]
    public void GradientsOfZeroLeaveWeightsInBFloat16AsTheyAre(string row, bool masters)
    {
        float[] initial = [.. Values.Random(300, 1).Select(value => TypedView.Rounded(Brain, value))];
        CollectionAssert.AreEqual(initial, Train(row, Brain, masters, initial, _ => new float[300]));
    }

    // In Keras v underflows in float16, u² overflows, and the trust ratio is 0.
    [TestMethod]
    [DynamicData(nameof(RowsWithAndWithoutMasters))]
    public void SmallGradientsInFloat16MoveWeights(string row, bool masters) => AssertFollows(
        row, Half, masters, Values.Random(300, 1), step => [.. Values.Random(300, 10 + step).Select(g => 1e-4f * g)]);

    // In Keras Σw² overflows in float16, and the weights reach −∞ within three steps.
    [TestMethod]
    [DynamicData(nameof(RowsWithAndWithoutMasters))]
    public void ManyLargeWeightsInFloat16StayFinite(string row, bool masters) => AssertFollows(
        row, Half, masters, [.. Enumerable.Repeat(5f, 4096)], step => Values.Random(4096, 10 + step));

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void StepsTooSmallForAWeightAddUpInItsMasterCopyOrByChance(string row)
    {
        TestDevice device = TestDevice.Open(row);
        const int steps = 40;

        // A step is some 2e-4 of a weight, a place of bfloat16 4e-3 to 8e-3.
        var options = new LambOptions { LearningRate = 2e-4 };
        float[] initial = [.. Enumerable.Repeat(1.5f, 512)], gradients = [.. Enumerable.Repeat(1f, 512)];
        double Moved(LambOptions changed)
        {
            using LambVariables variables = StoredVariables.Allocate(device, Brain, Brain, initial);
            using LambOptimizer optimizer = device.Optimizer(variables, changed);
            for (int step = 0; step < steps; step++)
            {
                StoredVariables.Step(optimizer, variables, gradients);
            }

            return 1.5 - StoredVariables.Weights(device, variables[0]).Average();
        }

        double expected = 1.5 - (1.5 * Math.Pow(1 - 2e-4, steps));
        Assert.AreEqual(0, Moved(options with { MasterWeights = false }));
        Assert.AreEqual(expected, Moved(options), 1.0 / 256, "The master copy, rounded to a place.");
        double byChance = Moved(options with { MasterWeights = false, WeightRounding = LambRounding.Stochastic });

        // Each step adds at most a place of 2⁻⁷ or nothing: 5 standard deviations of the mean of 512 weights.
        double deviation = Math.Sqrt(steps * expected / steps / 128 / 512);
        Assert.AreEqual(expected, byChance, 5 * deviation);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ChanceIsTheSameInEveryRunAndOnEveryDevice(string row)
    {
        float[] Run(TestDevice device, int seed)
        {
            using LambVariables variables = StoredVariables.Allocate(
                device, Brain, Half, Values.Random(3001, 1), Values.Random(77, 2));
            using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions
            {
                MasterWeights = false,
                WeightRounding = LambRounding.Stochastic,
                RoundingSeed = seed,
                Epsilon = 1,
            });
            StoredVariables.Step(optimizer, variables, Values.Random(3001, 3), Values.Random(77, 4));
            return [.. StoredVariables.Weights(device, variables[0]), .. StoredVariables.Weights(device, variables[1])];
        }

        TestDevice opened = TestDevice.Open(row);
        float[] first = Run(opened, 1);
        CollectionAssert.AreEqual(first, Run(opened, 1));
        CollectionAssert.AreNotEqual(first, Run(opened, 2));

        // Results that differ in the last bits of float32 round apart where chance lies between them: one in 2¹³.
        int apart = first.Zip(Run(TestDevice.Cpu, 1)).Count(pair => pair.First != pair.Second);
        Assert.IsLessThanOrEqualTo(8, apart);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AWeightThatSomebodyElseWritesIsTaken(string row)
    {
        TestDevice device = TestDevice.Open(row);
        foreach (LambWeightAccess access in Enum.GetValues<LambWeightAccess>())
        {
            using LambVariables variables = StoredVariables.Allocate(device, Brain, Brain, Values.Random(300, 1));
            using LambOptimizer optimizer =
                device.Optimizer(variables, new LambOptions { LearningRate = 1e-5, WeightAccess = access });
            StoredVariables.Step(optimizer, variables, Values.Random(300, 2));
            float[] weights = StoredVariables.Weights(device, variables[0]);
            weights[7] = -42;
            TypedView.Write(variables[0].WeightView, weights, device.Accelerator.DefaultStream);
            if (access == LambWeightAccess.ExclusiveChecked)
            {
                Assert.ThrowsExactly<InvalidOperationException>(optimizer.Step);
            }

            if (access != LambWeightAccess.Shared)
            {
                optimizer.NotifyWeightsChanged();
            }

            float[] before = optimizer.MasterWeights(variables[0]).Read(device.Accelerator);
            StoredVariables.Step(optimizer, variables, Values.Random(300, 3));
            float[] masters = optimizer.MasterWeights(variables[0]).Read(device.Accelerator);
            Assert.AreEqual(-42, masters[7], 0.1f);
            Assert.AreEqual(before[8], masters[8], 1e-3f, "The others go on from their master copies,");
            Assert.AreNotEqual(weights[8], masters[8], "and not from what they were rounded to.");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheStateHoldsMasterCopiesAndGoesOnToTheBit(string row)
    {
        TestDevice device = TestDevice.Open(row);
        var options = new LambOptions { MomentDataType = Brain, UseEma = true };
        using LambVariables variables = StoredVariables.Allocate(
            device, Half, Brain, Values.Random(300, 1), Values.Random(5, 2));
        IReadOnlyList<LambStateValue> saved;
        float[] Masters(LambOptimizer optimizer) =>
            [.. variables.SelectMany(variable => optimizer.MasterWeights(variable).Read(device.Accelerator))];
        void Train(LambOptimizer optimizer, int seed) =>
            StoredVariables.Step(optimizer, variables, Values.Random(300, seed), Values.Random(5, seed + 1));
        using (LambOptimizer first = device.Optimizer(variables, options))
        {
            Train(first, 3);
            saved = first.SaveState();
            Train(first, 5);
            float[] expected = Masters(first);
            Assert.HasCount(1 + 1 + (2 * 4), saved, "iteration, rate, and four tensors a variable");
            using LambOptimizer second = device.Optimizer(variables, options);
            second.LoadState(saved);
            for (int i = 0; i < variables.Count; i++)
            {
                // What a caller who saves weights beside the state has: the weights of that moment.
                float[] weights = [.. saved.Single(value => value.Name == $"v{i}_master_weights")
                    .Values.Select(value => (float)value)];
                TypedView.Write(variables[i].WeightView, weights, device.Accelerator.DefaultStream);
            }

            Train(second, 5);
            CollectionAssert.AreEqual(expected.Bits(), Masters(second).Bits());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void VariablesOfDifferentStorageAreTrainedSideBySide(string row)
    {
        TestDevice device = TestDevice.Open(row);
        (LambDataType Weights, LambDataType Gradients)[] storages =
        [
            (Brain, Brain), (LambDataType.Float32, LambDataType.Float32), (Half, LambDataType.Float32), (Brain, Brain),
        ];
        LambVariableSpec Spec(int i) => new($"v{i}", [100 + i])
        {
            WeightDataType = storages[i].Weights,
            GradientDataType = storages[i].Gradients,
        };
        float[] Run(params int[] chosen)
        {
            using var variables = LambVariables.Allocate(device.Accelerator, [.. chosen.Select(Spec)]);
            using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { WeightDecay = 0.1 });
            for (int i = 0; i < chosen.Length; i++)
            {
                AcceleratorStream stream = device.Accelerator.DefaultStream;
                TypedView.Write(variables[i].WeightView, Values.Random(100 + chosen[i], chosen[i]), stream);
                TypedView.Write(variables[i].GradientView, Values.Random(100 + chosen[i], 9 + chosen[i]), stream);
            }

            optimizer.Step();
            optimizer.Step();
            return [.. variables.SelectMany(variable => StoredVariables.Weights(device, variable))];
        }

        // Each is computed by itself: beside others it has the same bits.
        float[] alone = [.. Run(0), .. Run(1), .. Run(2), .. Run(3)];
        CollectionAssert.AreEqual(alone.Bits(), Run(0, 1, 2, 3).Bits());
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void MomentsInBFloat16AreRightOnAverage(string row)
    {
        TestDevice device = TestDevice.Open(row);
        const int length = 4096, steps = 30;
        using LambVariables variables = StoredVariables.Allocate(
            device, LambDataType.Float32, LambDataType.Float32, new float[length]);
        using LambOptimizer optimizer =
            device.Optimizer(variables, new LambOptions { MomentDataType = Brain, Beta2 = 0.99 });
        float[] gradients = [.. Enumerable.Repeat(1f, length)];
        for (int step = 0; step < steps; step++)
        {
            StoredVariables.Step(optimizer, variables, gradients);
        }

        StoredVariables.Step(optimizer, variables, new float[length]);
        AcceleratorStream stream = device.Accelerator.DefaultStream;
        double m = TypedView.Read(optimizer.FirstMomentView(variables[0]), stream).Average();
        double v = TypedView.Read(optimizer.SecondMomentView(variables[0]), stream).Average();

        // A place is 2⁻⁸ of a number or less, and a step rounds once: 5 standard deviations of the mean.
        double bound = 5 * Math.Sqrt(steps) / 2 / 256 / Math.Sqrt(length);
        Assert.AreEqual(0.9 * (1 - Math.Pow(0.9, steps)), m, bound);
        Assert.AreEqual(0.99 * (1 - Math.Pow(0.99, steps)), v, bound);
        Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.FirstMoment(variables[0]));
    }

    // Ten steps beside the reference in double, which is given the same rounded numbers: with a master copy to the
    // rounding of float32, without one to half a place of the storage a step.
    private static void AssertFollows(
        string row, LambDataType storage, bool masters, float[] given, Func<int, float[]> gradients)
    {
        float[] initial = [.. given.Select(value => TypedView.Rounded(storage, value))];
        var variable = new ReferenceVariable("v", [initial.Length], [.. initial.Select(value => (double)value)]);
        var reference = new LambReference([variable], new ReferenceOptions { LearningRate = 0.01 });
        for (int step = 0; step < 10; step++)
        {
            reference.Step([[.. gradients(step).Select(value => (double)TypedView.Rounded(storage, value))]]);
        }

        float[] weights = Train(row, storage, masters, initial, gradients);
        double largest = reference.Weights[0].Max(Math.Abs), place = storage == Half ? 1.0 / 1024 : 1.0 / 128;
        double bound = largest * (masters ? (place / 2) + 1e-5 : 10 * place);
        double error = reference.Weights[0].Zip(weights, (a, b) => Math.Abs(a - b)).Max();
        Assert.IsLessThanOrEqualTo(bound, error);
        CollectionAssert.AreNotEqual(initial, weights);
    }

    private static float[] Train(
        string row, LambDataType storage, bool masters, float[] initial, Func<int, float[]> gradients)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = StoredVariables.Allocate(device, storage, storage, initial);
        using LambOptimizer optimizer =
            device.Optimizer(variables, new LambOptions { LearningRate = 0.01, MasterWeights = masters });
        for (int step = 0; step < 10; step++)
        {
            StoredVariables.Step(optimizer, variables, gradients(step));
            if (masters)
            {
                float[] copy = optimizer.MasterWeights(variables[0]).Read(device.Accelerator);
                float[] rounded = [.. copy.Select(value => TypedView.Rounded(storage, value))];
                CollectionAssert.AreEqual(rounded, StoredVariables.Weights(device, variables[0]));
            }
        }

        return StoredVariables.Weights(device, variables[0]);
    }
}
