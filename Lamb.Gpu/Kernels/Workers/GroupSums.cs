using ILGPU;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels.Workers;

/// <summary>Adds what the lanes of a group have found.</summary>
internal static class GroupSums
{
    /// <summary>The lanes that the shared memory is made for; a group has a power of two of them.</summary>
    public const int MaxGroupSize = 256;

    /// <summary>Adds the shares of all lanes in a tree; the total is lane 0's.</summary>
    public static SquareSums<float> Total(SquareSums<float> share)
    {
        ArrayView<SquareSums<float>> shares = SharedMemory.Allocate<SquareSums<float>>(MaxGroupSize);
        int lane = Group.IdxX;

        // The shares of the tile before are still being read.
        Group.Barrier();
        shares[lane] = share;
        Group.Barrier();
        for (int half = Group.DimX >> 1; half > 0; half >>= 1)
        {
            if (lane < half)
            {
                SquareSums<float> left = shares[lane], right = shares[lane + half];
                left.Update += right.Update;
                left.Weight += right.Weight;
                shares[lane] = left;
            }

            Group.Barrier();
        }

        return shares[0];
    }
}
