using System.Collections.Concurrent;
using System.Reflection;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using Lamb.Gpu.Devices;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>The assembly language that ILGPU makes of a kernel for one of NVIDIA's architectures; that needs no
/// GPU.</summary>
/// <param name="Kernel">The name of the kernel.</param>
/// <param name="Architecture">What it is for.</param>
/// <param name="Text">The PTX.</param>
internal sealed record PtxSource(string Kernel, Architecture Architecture, string Text)
{
    private static readonly ConcurrentDictionary<(string Name, MethodInfo, Architecture), PtxSource> Compiled = [];

    // What ptxas 12.0 and later take; on a GPU it is the latest that the driver takes, which shows in the header alone.
    private static readonly CudaInstructionSet Version = CudaInstructionSet.ISA_80;

    /// <summary>The lines; the first one is at index 0.</summary>
    public IReadOnlyList<string> Lines { get; } = Text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>Compiles a kernel of the library; a second call gets the same text.</summary>
    public static PtxSource Of(ShippedKernel kernel, Architecture architecture) =>
        Of(kernel.Name, kernel.Entry, architecture);

    /// <summary>Compiles a method that takes a group as a kernel does.</summary>
    public static PtxSource Of(string name, MethodInfo entry, Architecture architecture) => Compiled.GetOrAdd(
        (name, entry, architecture), _ => new PtxSource(name, architecture, Compile(entry, architecture.Capability)));

    /// <summary>A line as messages have it.</summary>
    public string Describe(int index) =>
        $"{Kernel} for SM {Architecture.Name}, line {index + 1}: {Lines[index].Trim()}";

    // As LambDevice opens it, but a new one: the order of instructions depends on what a context compiled before.
    private static string Compile(MethodInfo entry, CudaArchitecture architecture)
    {
        using Context context = DeviceSearch.CreateContext();
        using var backend = new PTXBackend(
            context, new CudaCapabilityContext(architecture), architecture, Version, null);
        return ((PTXCompiledKernel)backend.Compile(
            EntryPointDescription.FromExplicitlyGroupedKernel(entry), default)).PTXAssembly;
    }
}
