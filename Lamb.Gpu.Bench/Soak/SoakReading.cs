using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>What the process holds at some step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Managed">The bytes of the managed heap, collected before.</param>
/// <param name="WorkingSet">The bytes of memory that the system has given the process.</param>
/// <param name="Device">The bytes in use on the device, by anybody, or null where it does not tell.</param>
/// <param name="Files">The open files and sockets, or null where the system does not tell.</param>
/// <param name="Threads">The threads.</param>
internal sealed record SoakReading(long Step, long Managed, long WorkingSet, long? Device, long? Files, long Threads)
{
    private const string OpenFiles = "/proc/self/fd";

    /// <summary>Reads them now.</summary>
    public static SoakReading Take(Accelerator accelerator, long step)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return new SoakReading(
            step,
            GC.GetTotalMemory(forceFullCollection: true),
            self.WorkingSet64,
            accelerator is CudaAccelerator cuda ? cuda.MemorySize - cuda.GetFreeMemory() : null,
            Directory.Exists(OpenFiles) ? Directory.GetFileSystemEntries(OpenFiles).Length : null,
            self.Threads.Count);
    }
}
