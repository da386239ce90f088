using ILGPU.Runtime;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu.Variables;

/// <summary>What must hold of a set of variables before anything is allocated, launched or written.</summary>
internal static class VariableChecks
{
    /// <summary>Throws where one of the rules is broken.</summary>
    public static void Throw(Accelerator accelerator, LambVariable[] variables)
    {
        if (variables.Length == 0)
        {
            throw new ArgumentException("An optimizer needs at least one variable, got none.", nameof(variables));
        }

        RequireUniqueNames(variables);
        foreach (LambVariable variable in variables)
        {
            RequireReachable(accelerator, variable, variable.WeightView, "weights");
            RequireReachable(accelerator, variable, variable.GradientView, "gradients");
        }

        RequireDisjoint(variables);
    }

    private static void RequireUniqueNames(LambVariable[] variables)
    {
        var seen = new Dictionary<string, int>();
        for (int i = 0; i < variables.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(variables[i], nameof(variables));
            if (!seen.TryAdd(variables[i].Name, i))
            {
                throw new ArgumentException(
                    $"Names of variables must be unique; '{variables[i].Name}' is the name of number "
                    + $"{seen[variables[i].Name]} and of number {i}.",
                    nameof(variables));
            }
        }
    }

    private static void RequireReachable(
        Accelerator accelerator, LambVariable variable, LambView array, string what)
    {
        if (array.Length == 0)
        {
            return;
        }

        MemoryBuffer buffer = array.Buffer;
        if (buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                variable.Name, $"Variable '{variable.Name}': the buffer of its {what} is disposed.");
        }

        if (buffer.Accelerator != accelerator)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name}': its {what} must lie on the accelerator that was given, "
                + $"'{accelerator.Name}'; they lie on {AcceleratorNames.Other(accelerator, buffer.Accelerator)}. "
                + "Give the accelerator that allocated them.",
                nameof(variable));
        }

        if (array.HasAddress && buffer.NativePtr == 0)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name}': its {what} must be in memory; their buffer is over a null pointer. Give "
                + "the address that an allocation returned.",
                nameof(variable));
        }

        if (array.Address % array.ElementSize != 0)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name}': its {what} must begin at an address that is a multiple of "
                + $"{array.ElementSize}, the bytes of {array.DataType}; they begin at 0x{array.Address:x}. "
                + "Copy them to memory that is aligned, or begin the view at an element that is.",
                nameof(variable));
        }

        if (buffer.LengthInBytes < sizeof(float))
        {
            throw new ArgumentException(
                $"Variable '{variable.Name}': the buffer of its {what} must have at least {sizeof(float)} bytes, it "
                + $"has {buffer.LengthInBytes}: allocate two elements, and give a view of the first.",
                nameof(variable));
        }
    }

    private static void RequireDisjoint(LambVariable[] variables)
    {
        var weights = variables.Select(v => (Array: v.WeightView, v.Name, Written: true));
        var gradients = variables.Select(v => (Array: v.GradientView, v.Name, Written: false));
        var spans = weights.Concat(gradients)
            .Where(span => span.Array.Length > 0)
            .OrderBy(span => SpaceOf(span.Array))
            .ThenBy(span => span.Array.Address);
        (LambView Array, string Name, bool Written) widest = default;
        foreach (var span in spans)
        {
            bool overlaps = widest.Name != null && SpaceOf(widest.Array) == SpaceOf(span.Array)
                && span.Array.Address < End(widest.Array);
            if (overlaps && (span.Written || widest.Written))
            {
                throw new ArgumentException(
                    $"Weights must not overlap anything else; {What(widest)} and {What(span)} share elements.",
                    nameof(variables));
            }

            widest = overlaps && End(widest.Array) > End(span.Array) ? widest : span;
        }
    }

    // Two buffers may be over the same memory, where it has addresses to compare.
    private static nint SpaceOf(LambView array) => array.HasAddress ? 0 : array.Buffer.NativePtr;

    private static long End(LambView array) => array.Address + (array.Length * array.ElementSize);

    private static string What((LambView Array, string Name, bool Written) span) =>
        $"the {(span.Written ? "weights" : "gradients")} of '{span.Name}'";
}
