using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Tests;

/// <summary>Weights and gradients in memory that somebody else has allocated, at any address.</summary>
[TestClass]
public class LambVariablesForeignMemoryTests
{
    private const int Length = 300;
    private const byte Guard = 0xA5;

    // OpenCL has no addresses: nobody else's memory can be given to it.
    public static IEnumerable<object[]> Rows => TestDevice.Rows.Where(row => row[0] is not "opencl");

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TheBitsAreThoseOfAViewAtTheSamePlaceInAnAlignedBuffer(string row)
    {
        TestDevice device = TestDevice.Open(row);
        int[] places = device.IsSimulated && !Thorough.IsOn ? [0, 1, 4, 7] : [0, 1, 2, 3, 4, 5, 7, 8];
        foreach (LambDataType storage in Enum.GetValues<LambDataType>())
        {
            int size = LambView.SizeOf(storage);
            foreach (int first in places)
            {
                using var aligned = new Memory(device, (Length + 16) * size);
                using var foreign = new Memory(device, (Length + 16) * size);
                LambView inside = View(aligned.Weights, storage).Part(first, Length);
                LambView outside = View(foreign.Foreign(foreign.Weights, first * size), storage).Part(0, Length);
                LambView gradients = View(aligned.Gradients, storage).Part(first, Length);
                LambView given = View(foreign.Foreign(foreign.Gradients, first * size), storage).Part(0, Length);
                CollectionAssert.AreEqual(
                    Trained(device, inside, gradients), Trained(device, outside, given), $"{storage} at {first}");
                CollectionAssert.AreEqual(aligned.Bytes(), foreign.Bytes(), $"{storage} at {first}: all around");
            }
        }
    }

    [TestMethod]
    [DataRow(LambDataType.Float32, 1)]
    [DataRow(LambDataType.Float32, 2)]
    [DataRow(LambDataType.Float32, 3)]
    [DataRow(LambDataType.Float32, 6)]
    [DataRow(LambDataType.Float16, 1)]
    [DataRow(LambDataType.BFloat16, 3)]
    public void AnAddressThatIsNoMultipleOfAnElementIsRefused(LambDataType storage, int firstByte)
    {
        TestDevice device = TestDevice.Cpu;
        using var memory = new Memory(device, 64);
        LambView odd = View(memory.Foreign(memory.Weights, firstByte), storage).Part(0, 4);
        LambView even = View(memory.Gradients, storage).Part(0, 4);
        foreach ((LambView weights, LambView gradients, string what) in new[]
        {
            (odd, even, "weights"), (even, odd, "gradients"),
        })
        {
            var refused = Assert.ThrowsExactly<ArgumentException>(
                () => new LambVariables(device.Accelerator, new LambVariable("v", [4], weights, gradients)));
            StringAssert.Contains(refused.Message, $"Variable 'v': its {what} must begin at an address");
            StringAssert.Contains(refused.Message, $"multiple of {LambView.SizeOf(storage)}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void TwoBuffersOverTheSameMemoryOverlap(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var memory = new Memory(device, 64);
        LambView one = View(memory.Weights, LambDataType.Float32).Part(0, 4);
        LambView shared = View(memory.Foreign(memory.Weights, 12), LambDataType.Float32).Part(0, 4);
        LambView halves = View(memory.Foreign(memory.Weights, 14), LambDataType.BFloat16).Part(0, 4);
        LambView behind = View(memory.Foreign(memory.Weights, 16), LambDataType.Float32).Part(0, 4);
        LambView gradients = View(memory.Gradients, LambDataType.Float32).Part(0, 4);
        foreach (LambView other in new[] { shared, halves })
        {
            var refused = Assert.ThrowsExactly<ArgumentException>(() => Pair(one, other));
            StringAssert.Contains(refused.Message, "Weights must not overlap anything else");
        }

        Assert.ThrowsExactly<ArgumentException>(
            () => new LambVariables(device.Accelerator, new LambVariable("v", [4], one, shared)));
        using LambVariables accepted = Pair(one, behind);
        Assert.AreEqual(8, accepted.TotalLength);

        LambVariables Pair(LambView first, LambView second) => new(
            device.Accelerator,
            new LambVariable("v", [4], first, gradients),
            new LambVariable("w", [4], second, gradients));
    }

    private static int[] Trained(TestDevice device, LambView weights, LambView gradients)
    {
        AcceleratorStream stream = device.Accelerator.DefaultStream;
        TypedView.Write(weights, Values.Random(Length, 1), stream);
        using var variables = new LambVariables(
            device.Accelerator, new LambVariable("v", [Length], weights, gradients));
        using LambOptimizer optimizer = device.Optimizer(
            variables, new LambOptions { WeightDecay = 0.1, GlobalClipNorm = 1, UseEma = true });
        for (int step = 0; step < 3; step++)
        {
            TypedView.Write(gradients, Values.Random(Length, 2 + step), stream);
            optimizer.Step();
        }

        return [.. TypedView.Read(weights, stream).Concat(
            TypedView.Read(optimizer.Average(variables[0]), stream)).Select(BitConverter.SingleToInt32Bits)];
    }

    private static LambView View(MemoryBuffer buffer, LambDataType storage)
    {
        ArrayView<byte> bytes = buffer.AsRawArrayView();
        return storage switch
        {
            LambDataType.Float16 => (LambView)bytes.Cast<Half>(),
            LambDataType.BFloat16 => bytes.Cast<BFloat16>(),
            _ => bytes.Cast<float>(),
        };
    }

    /// <summary>Two buffers full of guard bytes.</summary>
    private sealed class Memory : IDisposable
    {
        private readonly TestDevice device;
        private readonly int bytes;
        private readonly List<MemoryBuffer> owned = [];

        public Memory(TestDevice device, int bytes)
        {
            this.device = device;
            this.bytes = bytes;
            Weights = Full();
            Gradients = Full();
        }

        public MemoryBuffer Weights { get; }

        public MemoryBuffer Gradients { get; }

        public MemoryBuffer Foreign(MemoryBuffer owner, int firstByte)
        {
            var foreign = new ForeignBuffer(owner, firstByte, bytes - firstByte, 1);
            owned.Add(foreign);
            return foreign;
        }

        public byte[] Bytes() => [.. Read(Weights), .. Read(Gradients)];

        public void Dispose() => owned.ForEach(buffer => buffer.Dispose());

        private MemoryBuffer1D<byte, Stride1D.Dense> Full()
        {
            var buffer = device.Accelerator.Allocate1D([.. Enumerable.Repeat(Guard, bytes)]);
            owned.Add(buffer);
            return buffer;
        }

        private static byte[] Read(MemoryBuffer buffer)
        {
            var read = new byte[buffer.LengthInBytes];
            buffer.AsRawArrayView().CopyToCPU(read);
            return read;
        }
    }
}
