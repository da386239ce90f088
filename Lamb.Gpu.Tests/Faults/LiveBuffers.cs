using System.Collections;
using System.Reflection;
using ILGPU.Runtime;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>The buffers on an accelerator that nobody has freed: ILGPU keeps a list, and tells nobody.</summary>
/// <remarks>
/// On an accelerator of the test's own alone does a number say anything: elsewhere others come and go, those too that a
/// test has left to the collector.
/// </remarks>
internal static class LiveBuffers
{
    /// <summary>Counts them.</summary>
    public static int On(Accelerator accelerator)
    {
        FieldInfo list = Field(typeof(Accelerator), "childObjects");

        // A thread of ILGPU's makes the list anew, one by one, when it has become long.
        lock (Field(typeof(Accelerator), "syncRoot").GetValue(accelerator)!)
        {
            return ((IEnumerable)list.GetValue(accelerator)!).Cast<object>().Count(IsLive);
        }
    }

    private static bool IsLive(object reference)
    {
        object?[] target = [null];
        bool isThere = (bool)reference.GetType().GetMethod("TryGetTarget")!.Invoke(reference, target)!;
        return isThere && target[0] is MemoryBuffer { IsDisposed: false };
    }

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new AssertFailedException($"{type.Name} of ILGPU has no field {name} any more.");
}
