using Lamb.Gpu.Configuration;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>A weight of 16 bits that is not, to the bit, what its master copy rounds to was written by the caller: it
/// is taken.</summary>
[TestClass]
public class MasterWeightsTests
{
    private const LambDataType Half = LambDataType.Float16, Brain = LambDataType.BFloat16;
    private const float Infinity = float.PositiveInfinity;

    public static IEnumerable<object[]> Rows =>
        TestDevice.KernelRows.SelectMany(row => new object[][] { [row[0], Half], [row[0], Brain] });

    // What the copy is, and what is written in its place: other signs, neighbours, the far side of a tie, what is not
    // finite. The last place of 1 is 2⁻⁷ in bfloat16 and 2⁻¹⁰ in float16.
    private static (float Master, float Written)[] Pairs(LambDataType storage)
    {
        float place = storage == Half ? 1f / 1024 : 1f / 128;
        return
        [
            (1, -1), (-1, 1), (0.5f, -0.5f), (2, -2), (-3, 3), (1.5f, -1.5f), (0, -0f), (-0f, 0),
            (1, 1 + place), (1, 1 - (place / 2)), (-1, -1 - place), (1 + (place / 4), 1 + place),
            (1 + (place / 2), 1 + place), (1 + (place * 3 / 2), 1 + place), (1 - (place / 4), 1 - (place / 2)),
            (1, Infinity), (Infinity, 1), (-Infinity, Infinity), (float.MaxValue, 1), (float.NaN, 2), (2, float.NaN),
            (1e-3f, 0), (0, 2), (-256, 256), (3, 4),
        ];
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatTheCallerWritesIsTakenWhereverItLies(string row, LambDataType storage)
    {
        TestDevice device = TestDevice.Open(row);
        (float Master, float Written)[] pairs = Pairs(storage);

        // One variable for each turn of the list: every pair comes to lie in a vector and in the rest behind them.
        float[][] masters = Turned(pairs, pair => pair.Master), written = Turned(pairs, pair => pair.Written);
        using LambVariables variables = StoredVariables.Allocate(device, storage, storage, masters);
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { LearningRate = 0 });
        optimizer.Step();
        for (int i = 0; i < masters.Length; i++)
        {
            optimizer.MasterWeights(variables[i]).Write(masters[i]);
            TypedView.Write(variables[i].WeightView, written[i], device.Accelerator.DefaultStream);
        }

        optimizer.Step();
        for (int i = 0; i < masters.Length; i++)
        {
            AssertSame(written[i], StoredVariables.Weights(device, variables[i]), pairs, i);
            AssertSame(written[i], optimizer.MasterWeights(variables[i]).Read(device.Accelerator), pairs, i);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatNobodyElseWritesIsItsMasterCopy(string row, LambDataType storage)
    {
        TestDevice device = TestDevice.Open(row);
        (float Master, float Written)[] pairs = [.. Pairs(storage).Where(pair => !float.IsNaN(pair.Master))];
        float[][] masters = Turned(pairs, pair => pair.Master);
        float[][] rounded = Turned(pairs, pair => TypedView.Rounded(storage, pair.Master));
        using LambVariables variables = StoredVariables.Allocate(device, storage, storage, rounded);
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { LearningRate = 0 });
        foreach ((LambVariable variable, float[] master) in variables.Zip(masters))
        {
            optimizer.MasterWeights(variable).Write(master);
        }

        optimizer.Step();
        for (int i = 0; i < masters.Length; i++)
        {
            AssertSame(masters[i], optimizer.MasterWeights(variables[i]).Read(device.Accelerator), pairs, i);
            AssertSame(rounded[i], StoredVariables.Weights(device, variables[i]), pairs, i);
        }
    }

    private static float[][] Turned(
        (float Master, float Written)[] pairs, Func<(float Master, float Written), float> value) =>
    [
        .. Enumerable.Range(0, pairs.Length).Select(turn => Enumerable.Range(0, 67)
            .Select(i => value(pairs[(i + turn) % pairs.Length])).ToArray()),
    ];

    private static void AssertSame(float[] expected, float[] actual, (float, float)[] pairs, int turn)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSame = float.IsNaN(expected[i])
                ? float.IsNaN(actual[i])
                : BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]);
            Assert.IsTrue(isSame, $"element {i} of {pairs[(i + turn) % pairs.Length]} is {actual[i]:r}");
        }
    }
}
