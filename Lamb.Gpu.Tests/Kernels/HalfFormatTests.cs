using System.Numerics;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>Numbers of 16 bits to and from float32, beside the conversions of the .NET runtime.</summary>
[TestClass]
public class HalfFormatTests
{
    private const LambDataType Half = LambDataType.Float16, Brain = LambDataType.BFloat16;

    public static IEnumerable<object[]> Formats => [[Half], [Brain]];

    public static IEnumerable<object[]> Rows => TestDevice.KernelRows.SelectMany(
        row => new object[][] { [row[0], Half], [row[0], Brain] });

    /// <summary>Powers of two and their neighbours, halves of every last place, what is not finite, chance.</summary>
    private static float[] Singles { get; } =
    [
        .. from exponent in Enumerable.Range(0, 256)
           from mantissa in new uint[]
           {
               0, 1, 0x0FFF, 0x1000, 0x1001, 0x2FFF, 0x3000, 0x3001, 0x7FFF, 0x8000, 0x8001, 0x17FFF, 0x18000, 0x18001,
               0x7FE000, 0x7FEFFF, 0x7FF000, 0x7F7FFF, 0x7F8000, 0x7FFFFF,
           }
           from sign in new uint[] { 0, 0x8000_0000 }
           select BitConverter.UInt32BitsToSingle(sign | ((uint)exponent << 23) | mantissa),
        .. new float[] { 65504, 65519.996f, 65520, 65536, 6e-8f, 2.9802322e-8f, 2.9802326e-8f, 0, -0f },
        .. Enumerable.Range(0, 20_000).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 0x9E37_79B9)),
    ];

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void EveryNumberKeepsItsValue(LambDataType storage)
    {
        for (uint bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float expected = Widened(storage, (ushort)bits);
            var unpacked = Unpack(storage, new ScalarBits(bits));
            AssertSame(expected, unpacked.Value, $"{storage} {bits:x4}");
            Assert.AreEqual(unpacked.Value, Unpack(storage, new VectorBits(new Vector<uint>(bits))).Value[0]);
            if (!float.IsNaN(expected))
            {
                Assert.AreEqual(bits, Pack(storage, unpacked).Value, $"{storage} {bits:x4}");
                Assert.AreEqual(unpacked.Value, Round(storage, unpacked).Value, $"{storage} {bits:x4}");
                Assert.AreEqual(unpacked.Value, AtRandom(storage, unpacked, 0xFFFF_FFFF), $"{storage} {bits:x4}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void ASingleIsRoundedAsTheRuntimeRoundsIt(LambDataType storage)
    {
        foreach (float value in Singles)
        {
            var bits = new ScalarBits(BitConverter.SingleToUInt32Bits(value));
            AssertSame(TypedView.Rounded(storage, value), Round(storage, bits).Value, $"{storage} of {value:r}");
            VectorBits vector = Round(storage, new VectorBits(new Vector<uint>(bits.Value)));
            Assert.AreEqual(Round(storage, bits).Value, vector.Value[Vector<uint>.Count - 1]);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void WhatASingleIsRoundedToIsTold(LambDataType storage)
    {
        foreach (float value in Singles.Where(value => !float.IsNaN(value)))
        {
            var bits = new ScalarBits(BitConverter.SingleToUInt32Bits(value));
            ScalarBits rounded = Round(storage, bits);
            uint lastPlace = storage == Half && Math.Abs(value) >= 6.2e-5f ? 0x2000u : 0x1_0000u;
            Assert.IsTrue(IsRounded(storage, bits, rounded), $"{value:r}");
            Assert.IsFalse(IsRounded(storage, bits, new ScalarBits(rounded.Value + lastPlace)), $"{value:r}, up");
            Assert.IsFalse(IsRounded(storage, bits, new ScalarBits(rounded.Value - lastPlace)), $"{value:r}, down");
            var opposite = new ScalarBits(rounded.Value ^ 0x8000_0000);
            Assert.IsFalse(IsRounded(storage, bits, opposite), $"{value:r}, sign");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void ChanceGivesOneOfTheTwoNeighboursAndIsRightOnAverage(LambDataType storage)
    {
        const int draws = 4096;
        foreach (float value in new[] { 1.0003f, -3.1415927f, 1e-3f, 0.3f, 3.3e-6f, 100.07f })
        {
            uint bits = BitConverter.SingleToUInt32Bits(value);
            double sum = 0, step = 0;
            for (uint draw = 0; draw < draws; draw++)
            {
                uint noise = new Noise(7, draw).At(new ScalarBits(0)).Value;
                float drawn = BitConverter.UInt32BitsToSingle(AtRandom(storage, new ScalarBits(bits), noise));
                Assert.AreEqual(drawn, TypedView.Rounded(storage, drawn), "The format must hold what is drawn.");
                step = Math.Max(step, Math.Abs(drawn - value));
                sum += drawn;
            }

            double lastPlace = Math.Abs((double)value) * (storage == Half ? 1.0 / 1024 : 1.0 / 128);
            lastPlace = storage == Half ? Math.Max(lastPlace, Math.ScaleB(1, -24)) : lastPlace;
            Assert.IsLessThanOrEqualTo(lastPlace, step, $"{value} in {storage}");

            // The mean of n draws from two neighbours: a standard deviation of half a place over √n; 5 of them.
            Assert.IsLessThanOrEqualTo(2.5 * lastPlace / Math.Sqrt(draws), Math.Abs((sum / draws) - value));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ADeviceRoundsWeightsAsTheRuntimeDoes(string row, LambDataType storage)
    {
        TestDevice device = TestDevice.Open(row);
        float[] values = device.IsSimulated ? Singles[..4099] : Singles[..^1];
        var spec = new LambVariableSpec("w", [values.Length])
        {
            OverwriteWithGradient = true,
            WeightDataType = storage,
        };
        using var variables = LambVariables.Allocate(device.Accelerator, spec);
        using LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { MasterWeights = false });
        optimizer.StepWith(variables, values);
        float[] weights = TypedView.Read(variables[0].WeightView, device.Accelerator.DefaultStream);
        for (int i = 0; i < values.Length; i++)
        {
            // Denormals of float32 may be flushed by a device; both formats would round almost all of them to zero.
            if (!float.IsSubnormal(values[i]))
            {
                uint bits = BitConverter.SingleToUInt32Bits(weights[i]);
                AssertSame(TypedView.Rounded(storage, values[i]), bits, $"{values[i]:r}");
            }
        }
    }

    private static void AssertSame(float expected, uint bits, string what)
    {
        float actual = BitConverter.UInt32BitsToSingle(bits);
        bool isSame = float.IsNaN(expected)
            ? float.IsNaN(actual)
            : BitConverter.SingleToUInt32Bits(expected) == bits;
        Assert.IsTrue(isSame, $"{what}: expected {expected:r}, got {actual:r}");
    }

    private static float Widened(LambDataType storage, ushort bits) =>
        storage == Half ? (float)BitConverter.UInt16BitsToHalf(bits) : BFloat16.FromBits(bits);

    private static TBits Unpack<TBits>(LambDataType storage, TBits bits)
        where TBits : struct, IBits<TBits> =>
        storage == Half ? Float16Format.Unpack(bits) : BFloat16Format.Unpack(bits);

    private static TBits Pack<TBits>(LambDataType storage, TBits bits)
        where TBits : struct, IBits<TBits> =>
        storage == Half ? Float16Format.Pack(bits) : BFloat16Format.Pack(bits);

    private static TBits Round<TBits>(LambDataType storage, TBits bits)
        where TBits : struct, IBits<TBits> =>
        storage == Half ? Float16Format.Round(bits) : BFloat16Format.Round(bits);

    private static bool IsRounded(LambDataType storage, ScalarBits single, ScalarBits rounded)
    {
        uint scalar = WhereRounded(storage, single, rounded, new ScalarBits(1), new ScalarBits(0)).Value;
        Assert.AreEqual(
            scalar, WhereRounded(storage, All(single), All(rounded), new VectorBits(new(1)), default).Value[0]);
        return scalar == 1;

        static VectorBits All(ScalarBits bits) => new(new Vector<uint>(bits.Value));
    }

    private static TBits WhereRounded<TBits>(
        LambDataType storage, TBits single, TBits rounded, TBits then, TBits otherwise)
        where TBits : struct, IBits<TBits> => storage == Half
            ? Float16Format.WhereRounded(single, rounded, then, otherwise)
            : BFloat16Format.WhereRounded(single, rounded, then, otherwise);

    private static uint AtRandom(LambDataType storage, ScalarBits bits, uint noise)
    {
        var random = new ScalarBits(noise);
        uint scalar = (storage == Half
            ? Float16Format.RoundAtRandom(bits, random)
            : BFloat16Format.RoundAtRandom(bits, random)).Value;
        VectorBits all = new(new Vector<uint>(bits.Value)), noises = new(new Vector<uint>(noise));
        Vector<uint> vector = (storage == Half
            ? Float16Format.RoundAtRandom(all, noises)
            : BFloat16Format.RoundAtRandom(all, noises)).Value;
        Assert.AreEqual(scalar, vector[0]);
        return scalar;
    }
}
