using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using Lamb.Gpu.Devices;

namespace Lamb.Gpu.Launch;

/// <summary>Loads kernels that any thread may launch.</summary>
/// <remarks>
/// All who load the same kernel on an accelerator share one of its kernels. In OpenCL that holds the arguments between
/// the calls that set them and the one that launches, so there a launch keeps other threads out until it is enqueued.
/// </remarks>
internal static class KernelLoader
{
    /// <summary>Loads a kernel of one argument.</summary>
    public static Action<AcceleratorStream, KernelConfig, T> Load<T>(Accelerator accelerator, Action<T> kernel)
        where T : struct
    {
        var launch = PoolFree.Run(() => accelerator.LoadKernel(kernel));
        return accelerator is not CLAccelerator ? launch : Locked;

        void Locked(AcceleratorStream stream, KernelConfig groups, T argument)
        {
            lock (launch.GetKernel())
            {
                launch(stream, groups, argument);
            }
        }
    }

    /// <summary>Loads a kernel of two arguments.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2> Load<T1, T2>(
        Accelerator accelerator, Action<T1, T2> kernel)
        where T1 : struct
        where T2 : struct
    {
        var launch = PoolFree.Run(() => accelerator.LoadKernel(kernel));
        return accelerator is not CLAccelerator ? launch : Locked;

        void Locked(AcceleratorStream stream, KernelConfig groups, T1 first, T2 second)
        {
            lock (launch.GetKernel())
            {
                launch(stream, groups, first, second);
            }
        }
    }

    /// <summary>Loads a kernel of three arguments.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3> Load<T1, T2, T3>(
        Accelerator accelerator, Action<T1, T2, T3> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        var launch = PoolFree.Run(() => accelerator.LoadKernel(kernel));
        return accelerator is not CLAccelerator ? launch : Locked;

        void Locked(AcceleratorStream stream, KernelConfig groups, T1 first, T2 second, T3 third)
        {
            lock (launch.GetKernel())
            {
                launch(stream, groups, first, second, third);
            }
        }
    }

    /// <summary>Loads a kernel of four arguments.</summary>
    public static Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4> Load<T1, T2, T3, T4>(
        Accelerator accelerator, Action<T1, T2, T3, T4> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
    {
        var launch = PoolFree.Run(() => accelerator.LoadKernel(kernel));
        return accelerator is not CLAccelerator ? launch : Locked;

        void Locked(AcceleratorStream stream, KernelConfig groups, T1 first, T2 second, T3 third, T4 fourth)
        {
            lock (launch.GetKernel())
            {
                launch(stream, groups, first, second, third, fourth);
            }
        }
    }
}
