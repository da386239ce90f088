using System.Runtime.InteropServices;

namespace Lamb.Gpu.Step;

/// <summary>What a step does with a variable; one entry a variable on the device.</summary>
[Flags]
internal enum VariableFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Decoupled weight decay is on, and the variable is not excluded from it.</summary>
    Decays = 1,

    /// <summary>There is a gradient for it in this step.</summary>
    HasGradient = 2,

    /// <summary>Its gradient is its new value.</summary>
    Overwrite = 4,

    /// <summary>The trust ratio scales its step.</summary>
    Adapts = 8,

    /// <summary>Weight decay comes into its update.</summary>
    DecaysUpdate = 16,

    /// <summary>Weight decay comes into its gradient.</summary>
    DecaysGradient = 32,

    /// <summary>Weight decay is on, wherever it comes in.</summary>
    AnyDecay = Decays | DecaysUpdate | DecaysGradient,
}

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
