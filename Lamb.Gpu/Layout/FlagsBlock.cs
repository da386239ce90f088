using System.Runtime.InteropServices;

namespace Lamb.Gpu.Layout;

/// <summary>The flags of 64 neighbouring variables, which reach the device as the argument of a launch.</summary>
/// <remarks>
/// An argument is copied when the launch is enqueued: nobody waits for the device, as a copy from memory of the host
/// would, and launches before it still find the old flags. Nested, since ILGPU moves a struct as a whole.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct FlagsBlock
{
    /// <summary>How many flags there are.</summary>
    public const int Length = 64;

    /// <summary>The flags.</summary>
    public Four<Four<Four<VariableFlags>>> Flags;

    /// <summary>Four neighbours.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Four<T>
        where T : unmanaged
    {
        public T First, Second, Third, Fourth;
    }
}
