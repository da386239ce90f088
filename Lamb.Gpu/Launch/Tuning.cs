using ILGPU.Runtime;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Launch;

/// <summary>The numbers that only speed depends on.</summary>
/// <param name="TileLength">The most elements of a tile; a multiple of four.</param>
/// <param name="GroupSize">The lanes of a group, a power of two; 1 gives the tile to one thread with vectors.</param>
/// <param name="MaxGroups">The most groups of a launch; each takes several tiles where there are more.</param>
/// <param name="ReachesEveryBuffer">
/// Whether an offset leads from any buffer of the device to any other, so that one launch reaches them all.
/// </param>
/// <param name="Claim">How one launch does all stages of an update; null where each stage is a launch.</param>
internal sealed record Tuning(
    int TileLength, int GroupSize, int MaxGroups, bool ReachesEveryBuffer, ClaimTuning? Claim = null)
{
    /// <summary>The tile length on the CPU accelerator: long, since every tile there starts two loops.</summary>
    public const int CpuTileLength = 16384;

    /// <summary>The tile length on a GPU: four loads of 16 bytes a lane.</summary>
    public const int GpuTileLength = 4096;

    /// <summary>The elements that are claimed at once on the CPU accelerator where tiles are shorter.</summary>
    public const int CpuClaimLength = 8192;

    /// <summary>The tiles of moments there between the last of a variable and its apply.</summary>
    public const int CpuClaimLag = 2;

    /// <summary>What is right for an accelerator.</summary>
    public static Tuning For(Accelerator accelerator) => accelerator.AcceleratorType switch
    {
        // A group costs about half a microsecond on the CPU accelerator, so one group a worker takes all its tiles.
        AcceleratorType.CPU =>
            new Tuning(CpuTileLength, 1, accelerator.NumMultiprocessors, true).InOneLaunch(accelerator),
        AcceleratorType.Cuda => new Tuning(GpuTileLength, LargestGroup(accelerator), accelerator.MaxGridSize.X, true),
        _ => new Tuning(GpuTileLength, LargestGroup(accelerator), accelerator.MaxGridSize.X, false),
    };

    /// <summary>The same with all stages of an update in one launch.</summary>
    public Tuning InOneLaunch(Accelerator accelerator) => this with
    {
        Claim = GroupSize == 1
            ? new ClaimTuning(accelerator.NumMultiprocessors, CpuClaimLength, CpuClaimLag)
            : new ClaimTuning(ResidentGroups(accelerator), TileLength, ResidentGroups(accelerator)),
    };

    /// <summary>The group size on a GPU whose groups have at most <paramref name="limit"/> lanes.</summary>
    public static int LargestGroup(int limit) => 1 << (int)Math.Log2(Math.Min(GroupWorker.MaxGroupSize, limit));

    private static int LargestGroup(Accelerator accelerator) => LargestGroup(accelerator.MaxNumThreadsPerGroup);

    private int ResidentGroups(Accelerator accelerator) => accelerator.NumMultiprocessors
        * Math.Max(accelerator.MaxNumThreadsPerMultiprocessor / GroupSize, 1);
}
