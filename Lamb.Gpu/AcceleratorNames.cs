using ILGPU.Runtime;

namespace Lamb.Gpu;

/// <summary>Tells accelerators apart in errors: all that are made of one device have the same name.</summary>
internal static class AcceleratorNames
{
    /// <summary>What to call an accelerator that is not the wanted one.</summary>
    public static string Other(Accelerator wanted, Accelerator found) => wanted.Name == found.Name
        ? "a second accelerator of that name, as each LambDevice.Open and each CreateAccelerator makes one"
        : $"'{found.Name}'";
}
