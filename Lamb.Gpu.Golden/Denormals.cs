using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Golden;

/// <summary>Tells which trajectories need numbers below the smallest normal one, and which devices lack them.</summary>
internal static class Denormals
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Tells whether a trajectory has the tag, or state that is denormal in float32.</summary>
    public static bool AreIn(Trajectory trajectory) =>
        trajectory.Tags.Contains("denormal")
        || trajectory.Float32.Results
            .SelectMany(result => (result.State?.Momentum ?? []).Concat(result.State?.Velocity ?? []))
            .Any(tensor => tensor?.Any(value => float.IsSubnormal((float)value)) == true);

    /// <summary>Tries whether half of the smallest normal number is zero on a device.</summary>
    public static bool AreFlushedBy(Accelerator accelerator)
    {
        using MemoryBuffer1D<float, Stride1D.Dense> buffer = accelerator.Allocate1D(new[] { SmallestNormal });
        accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>(Halve)(1, buffer.View);
        accelerator.Synchronize();
        return buffer.GetAsArray1D()[0] == 0;
    }

    private static void Halve(Index1D index, ArrayView<float> values) => values[index] *= 0.5f;
}
