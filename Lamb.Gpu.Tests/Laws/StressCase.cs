using System.Numerics;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Many variables of awkward lengths at awkward places in three buffers, for two optimizers.</summary>
/// <remarks>
/// Both have weights of their own and share the gradients, which they only read. Between the variables lie marked
/// margins, so that some views start at a multiple of four elements and some do not.
/// </remarks>
internal sealed class StressCase : IDisposable
{
    private const float Mark = 12345;
    /// <summary>How many steps have gradients of their own.</summary>
    public const int GradientSets = 4;

    private readonly TestDevice device;
    private readonly long[] places;
    private readonly float[][] gradients;
    private readonly MemoryBuffer1D<float, Stride1D.Dense> gradientBuffer;
    private readonly MemoryBuffer1D<float, Stride1D.Dense>[] weightBuffers;

    public StressCase(TestDevice device)
    {
        this.device = device;

        // Short tiles, so that a variable of several is short as well.
        Tuning = device.Tuning with { TileLength = 4 * Math.Max(device.Tuning.GroupSize, 64) };
        Lengths = LengthsFor(Tuning, tiny: device.IsSimulated ? 24 : 96);
        places = [.. PlacesOf(Lengths)];
        long total = places[^1] + Lengths[^1] + 4;
        gradients = [.. Enumerable.Range(0, GradientSets).Select(set => Gradients(total, set))];
        gradientBuffer = device.Accelerator.Allocate1D(gradients[0]);
        float[] weights = [.. Enumerable.Repeat(Mark, (int)total)];
        for (int i = 0; i < Lengths.Length; i++)
        {
            Values.Random(Lengths[i], 100 + i).CopyTo(weights, places[i]);
        }

        InitialWeights = weights;
        weightBuffers = [device.Accelerator.Allocate1D(weights), device.Accelerator.Allocate1D(weights)];
        Pair = [.. weightBuffers.Select(Variables)];
    }

    public Tuning Tuning { get; }

    public long[] Lengths { get; }

    /// <summary>Gets the whole buffer of the weights as it was at first.</summary>
    public float[] InitialWeights { get; }

    /// <summary>Gets the variables of the one optimizer and of the other.</summary>
    public LambVariables[] Pair { get; }

    /// <summary>Writes the gradients of a step.</summary>
    public void Load(int step) => gradientBuffer.View.CopyFromCPU(gradients[step % GradientSets]);

    /// <summary>The gradients of a step, one tensor a variable.</summary>
    public double[][] GradientsOf(int step) => Parts(gradients[step % GradientSets]);

    /// <summary>Cuts a buffer into the tensors of the variables.</summary>
    public double[][] Parts(float[] buffer) =>
        [.. Lengths.Select((length, i) => Enumerable.Range((int)places[i], (int)length)
            .Select(at => (double)buffer[at]).ToArray())];

    /// <summary>Reads the whole buffer of the weights of one of the two, margins included.</summary>
    public float[] ReadWeights(int which) =>
        ((ArrayView<float>)weightBuffers[which].View).Read(device.Accelerator);

    /// <summary>Fails where an element between the variables has been written.</summary>
    public void AssertMarginsUntouched(float[] weights)
    {
        for (int i = 0; i < Lengths.Length; i++)
        {
            long end = places[i] + Lengths[i], next = i + 1 < Lengths.Length ? places[i + 1] : weights.Length;
            for (long at = end; at < next; at++)
            {
                Assert.AreEqual(Mark, weights[at], $"behind variable {i} of {Lengths[i]} elements");
            }
        }
    }

    public void Dispose()
    {
        Array.ForEach(Pair, variables => variables.Dispose());
        Array.ForEach(weightBuffers, buffer => buffer.Dispose());
        gradientBuffer.Dispose();
    }

    // Around vectors, groups of lanes, tiles and several of them; tiny variables before, between and behind.
    private static long[] LengthsFor(Tuning tuning, int tiny)
    {
        int vector = Vector<float>.Count, group = 4 * tuning.GroupSize, tile = tuning.TileLength;
        long[] edges = [0, 4, vector, group, tile, 2 * tile, 3 * tile];
        long[] around = [.. edges.SelectMany(edge => new[] { edge - 1, edge, edge + 1 }).Where(length => length >= 0)];
        long[] small = [.. Enumerable.Range(0, tiny).Select(i => 1L + (i % 8))];
        return [.. small[..(tiny / 2)], .. around, (8 * tile) + 1, .. small[(tiny / 2)..]];
    }

    // One in two starts at a multiple of four.
    private static IEnumerable<long> PlacesOf(long[] lengths)
    {
        long end = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            long place = ((end + 3) / 4 * 4) + (i % 2 == 0 ? 0 : 1 + (i / 2 % 3));
            yield return place;
            end = place + lengths[i];
        }
    }

    // The sign of an element is that of its place: no moment cancels, as the bounds ask for.
    private static float[] Gradients(long length, int set)
    {
        float[] signs = Values.Random(length, 1), sizes = Values.Random(length, 2 + set, 0.25f);
        return [.. signs.Zip(sizes, (sign, size) => MathF.CopySign(0.75f + size, sign))];
    }

    private LambVariables Variables(MemoryBuffer1D<float, Stride1D.Dense> weights) => new(
        device.Accelerator,
        Lengths.Select((length, i) => new LambVariable(
            $"v{i}",
            [length],
            weights.View.SubView(places[i], length),
            gradientBuffer.View.SubView(places[i], length))
        {
            ExcludeFromWeightDecay = i % 3 == 0,
        }));
}
