using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using Lamb.Gpu.Bench.Golden;
using Lamb.Gpu.Bench.Train.Backend;
using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>Weights and gradients go between float32 and 16 bits as the .NET runtime rounds them.</summary>
[TestClass]
public class HalfVariablesTests
{
    private const LambDataType Half = LambDataType.Float16, Brain = LambDataType.BFloat16;

    // One number, less than a vector, one part and its neighbours, several parts.
    private static readonly int[] Lengths = [1, 3, 4095, 4096, 4097, 10_007];

    public static IEnumerable<object[]> Rows => TestDevice.OpenedRows.SelectMany(
        row => new object[][] { [row[0], Half], [row[0], Brain] });

    public static IEnumerable<object[]> Storages => [[Half], [Brain]];

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NumbersAreRoundedAsTheRuntimeRoundsThem(string row, LambDataType storage)
    {
        Accelerator accelerator = TestDevice.Open(row).Accelerator;
        Check(accelerator, BackendKernels.Compile(accelerator), storage);
    }

    [TestMethod]
    [DynamicData(nameof(Storages))]
    public void GroupKernelsRoundTheSameOnASimulatedGpu(LambDataType storage)
    {
        using var context = Context.Create(builder => builder.CPU(new CPUDevice(16, 16, 1)).EnableAlgorithms());
        using Accelerator accelerator = context.GetCPUDevice(0).CreateAccelerator(context);
        Check(accelerator, BackendKernels.CompileForGroups(accelerator), storage);
    }

    private static void Check(Accelerator accelerator, BackendKernels kernels, LambDataType storage)
    {
        using LambVariables singles = LambVariables.Allocate(
            accelerator, [.. Lengths.Select((length, i) => new LambVariableSpec($"v{i}", [length]))]);
        foreach ((LambVariable single, int i) in singles.Select((single, i) => (single, i)))
        {
            single.Weights.Write(Numbers(Lengths[i], 3 * i));
            single.Gradients.Write(Numbers(Lengths[i], 3 * i + 1));
        }

        using var halves = new HalfVariables(singles, storage, kernels);
        foreach ((LambVariable half, int i) in halves.Variables.Select((half, i) => (half, i)))
        {
            float[] first = Numbers(Lengths[i], 3 * i), gradients = Numbers(Lengths[i], 3 * i + 1);
            AssertRounded(storage, first, Read(half.WeightView), "first weights");
            AssertRounded(storage, first, Read(singles[i].WeightView), "first weights of the network");
            halves.NarrowGradients();
            AssertRounded(storage, gradients, Read(half.GradientView), "gradients");
            CollectionAssert.AreEqual(gradients.Bits(), Read(singles[i].GradientView).Bits(), "only read");
            float[] stepped = Numbers(Lengths[i], 3 * i + 2);
            TypedView.Write(half.WeightView, stepped, accelerator.DefaultStream);
            halves.WidenWeights();
            AssertRounded(storage, stepped, Read(singles[i].WeightView), "weights");
        }

        float[] Read(LambView array) => TypedView.Read(array, accelerator.DefaultStream);
    }

    private static void AssertRounded(LambDataType storage, float[] values, float[] actual, string what)
    {
        for (int i = 0; i < values.Length; i++)
        {
            float expected = TypedView.Rounded(storage, values[i]);
            bool isSame = float.IsNaN(expected)
                ? float.IsNaN(actual[i])
                : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual[i]);
            Assert.IsTrue(isSame, $"{what}[{i}], {values[i]:r} in {storage}: {expected:r}, not {actual[i]:r}");
        }
    }

    // Chance alone, exactly between two of bfloat16, exactly between two of float16, and what is special. None is
    // subnormal in float32, which a device may take for zero.
    private static float[] Numbers(int length, int seed)
    {
        float[] special = [65504, 65519.996f, 65520, 6e-8f, 2.9802322e-8f, 0, -0f, float.NaN, float.NegativeInfinity];
        return [.. Enumerable.Range(0, length).Select(i => i < special.Length && length > 3 ? special[i] : Number(i))];

        float Number(int i)
        {
            uint bits = ((uint)i + 1 + ((uint)seed * 100_003)) * 0x9E37_79B9;
            bits = (i % 3) switch { 0 => bits, 1 => bits & 0xFFFF_0000 | 0x8000, _ => bits & 0xFFFF_E000 | 0x1000 };
            float number = BitConverter.UInt32BitsToSingle(bits);
            return float.IsSubnormal(number) ? 1 + 1f / 256 : number;
        }
    }
}
