using System.Collections;
using System.Reflection;
using ILGPU.Runtime;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>The buffers on an accelerator that nobody has freed: ILGPU keeps a list, and tells nobody.</summary>
internal static class LiveBuffers
{
    /// <summary>Counts them.</summary>
    public static int On(Accelerator accelerator)
    {
        FieldInfo list = Field(typeof(Accelerator), "childObjects");
        int count = 0;
        foreach (object reference in (IEnumerable)list.GetValue(accelerator)!)
        {
            object?[] target = [null];
            bool isThere = (bool)reference.GetType().GetMethod("TryGetTarget")!.Invoke(reference, target)!;
            count += isThere && target[0] is MemoryBuffer { IsDisposed: false } ? 1 : 0;
        }

        return count;
    }

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new AssertFailedException($"{type.Name} of ILGPU has no field {name} any more.");
}
