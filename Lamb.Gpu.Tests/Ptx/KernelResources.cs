namespace Lamb.Gpu.Tests.Ptx;

/// <summary>What a kernel takes of a multiprocessor.</summary>
/// <param name="Registers">Registers of 32 bits a lane.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="StackBytes">Memory of a lane for what is indexed or called.</param>
/// <param name="SpilledBytes">Bytes that a lane stores and loads because it has no registers left.</param>
internal sealed record KernelResources(int Registers, int SharedBytes, int StackBytes, int SpilledBytes);
