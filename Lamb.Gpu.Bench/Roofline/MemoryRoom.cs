using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Knows how much memory a device has left for a measurement.</summary>
internal static class MemoryRoom
{
    // The rest is for what else the program and the driver hold.
    private const double Share = 0.85;

    /// <summary>The bytes that may be taken.</summary>
    public static long On(Accelerator accelerator)
    {
        long free = accelerator switch
        {
            CudaAccelerator cuda => cuda.GetFreeMemory(),
            { AcceleratorType: AcceleratorType.CPU } => FreeOfTheHost(),
            _ => accelerator.MemorySize,
        };
        return (long)(free * Share);
    }

    private static long FreeOfTheHost()
    {
        // What the machine has in use is as old as the last collection.
        GC.Collect();
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes;
    }
}
