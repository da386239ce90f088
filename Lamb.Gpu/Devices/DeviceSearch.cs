using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Lamb.Gpu.Devices;

/// <summary>Finds the devices of this machine and chooses one.</summary>
internal static class DeviceSearch
{
    private const string NoCuda =
        "No NVIDIA GPU was found. The CUDA backend needs one of compute capability 5.0 or later and NVIDIA's driver "
        + "(libcuda.so.1 on Linux, nvcuda.dll on Windows); the CUDA toolkit is not needed.";

    private const string NoOpenCL =
        "No OpenCL device was found. The OpenCL backend needs the loader as libOpenCL.so or OpenCL.dll (package "
        + "ocl-icd-opencl-dev on Debian and Ubuntu) and the driver of a device; on a machine without a GPU, "
        + "PoCL 5 or later (package pocl-opencl-icd).";

    private const string NoGenericAddressSpace =
        "Its driver lacks the generic address space (OpenCL 2.0, or an optional feature of OpenCL 3.0) that ILGPU's "
        + "kernels need. A newer driver may have it.";

    // Drivers list their devices for one thread at a time: PoCL has shown none to one of several that asked at once.
    private static readonly Lock Listing = new();

    private static readonly LambDeviceKind[] Kinds = [LambDeviceKind.Cuda, LambDeviceKind.OpenCL, LambDeviceKind.Cpu];

    /// <summary>A context with every device, usable or not.</summary>
    /// <remarks>
    /// The second optimization level is what makes ILGPU see that views lie in global memory. The CPU device has a
    /// worker a core: the second thread of each, which a warp cannot do without, sleeps.
    /// </remarks>
    public static Context CreateContext()
    {
        lock (Listing)
        {
            return Context.Create(builder => builder
                .Cuda()
                .OpenCL(_ => true)
                .CPU(new CPUDevice(2, 1, Environment.ProcessorCount))
                .EnableAlgorithms()
                .Optimize(OptimizationLevel.O2));
        }
    }

    /// <summary>The kind of a device.</summary>
    public static LambDeviceKind KindOf(Device device) => device.AcceleratorType switch
    {
        AcceleratorType.Cuda => LambDeviceKind.Cuda,
        AcceleratorType.OpenCL => LambDeviceKind.OpenCL,
        _ => LambDeviceKind.Cpu,
    };

    /// <summary>The device to open; throws where there is none of the kind that was asked for.</summary>
    public static Device Choose(Context context, LambDeviceKind? asked)
    {
        Device? chosen = Usable(context).FirstOrDefault(device =>
            asked == null ? KindOf(device) != LambDeviceKind.OpenCL || IsGpu(device) : KindOf(device) == asked);
        return chosen ?? throw new NotSupportedException(
            $"Looked for a device of kind {asked}. "
            + string.Join(' ', Describe(context).Where(info => info.Kind == asked).Select(info =>
                info.Name == null ? info.Problem : $"Found '{info.Name}': {info.Problem}"))
            + " Usable here: "
            + string.Join(", ", Usable(context).Select(device => $"{KindOf(device)} '{device.Name}'")) + ".");
    }

    /// <summary>Opens a device; the one of the CPU makes its threads in a loop that the pool may hold up.</summary>
    public static Accelerator Open(Context context, Device device) => device is CPUDevice
        ? PoolFree.Run(() => device.CreateAccelerator(context))
        : device.CreateAccelerator(context);

    /// <summary>All devices, and an entry with the reason for each kind that has none.</summary>
    public static IReadOnlyList<LambDeviceInfo> Describe(Context context) =>
        [.. Kinds.SelectMany(kind => Describe(kind, [.. Ordered(context).Where(device => KindOf(device) == kind)]))];

    private static IEnumerable<LambDeviceInfo> Describe(LambDeviceKind kind, Device[] devices) => devices.Length > 0
        ? devices.Select(device => new LambDeviceInfo(
            kind, device.Name, MemoryOf(device), device.NumMultiprocessors, ProblemOf(device)))
        : [new LambDeviceInfo(kind, null, 0, 0, kind == LambDeviceKind.Cuda ? NoCuda : NoOpenCL)];

    private static IEnumerable<Device> Usable(Context context) =>
        Ordered(context).Where(device => ProblemOf(device) == null);

    private static IEnumerable<Device> Ordered(Context context) =>
        context.Devices.OrderBy(KindOf).ThenBy(device => IsGpu(device) ? 0 : 1);

    private static string? ProblemOf(Device device) =>
        device is CLDevice { Capabilities.GenericAddressSpace: false } ? NoGenericAddressSpace : null;

    private static bool IsGpu(Device device) =>
        device is CudaDevice or CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_GPU };

    // ILGPU gives the CPU accelerator all the memory that 63 bits can count.
    private static long MemoryOf(Device device) =>
        device is CPUDevice ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : device.MemorySize;
}
