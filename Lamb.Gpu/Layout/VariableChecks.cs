using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Layout;

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
            RequireLive(accelerator, variable, variable.Weights, "weights");
            RequireLive(accelerator, variable, variable.Gradients, "gradients");
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

    private static void RequireLive(Accelerator accelerator, LambVariable variable, ArrayView<float> view, string what)
    {
        if (view.Length == 0)
        {
            return;
        }

        MemoryBuffer buffer = view.BufferOf();
        if (buffer.IsDisposed)
        {
            throw new ObjectDisposedException(
                variable.Name, $"Variable '{variable.Name}': the buffer of its {what} is disposed.");
        }

        if (buffer.Accelerator != accelerator)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name}': its {what} must lie on the accelerator that was given, "
                + $"'{accelerator.Name}'; they lie on another one, '{buffer.Accelerator.Name}'.",
                nameof(variable));
        }
    }

    private static void RequireDisjoint(LambVariable[] variables)
    {
        var weights = variables.Select(v => (View: v.Weights, v.Name, Written: true));
        var gradients = variables.Select(v => (View: v.Gradients, v.Name, Written: false));
        var spans = weights.Concat(gradients)
            .Where(span => span.View.Length > 0)
            .OrderBy(span => span.View.BufferOf().NativePtr)
            .ThenBy(span => span.View.IndexInBuffer());
        (ArrayView<float> View, string Name, bool Written) widest = default;
        foreach (var span in spans)
        {
            bool overlaps = widest.Name != null && widest.View.BufferOf() == span.View.BufferOf()
                && span.View.IndexInBuffer() < widest.View.IndexInBuffer() + widest.View.Length;
            if (overlaps && (span.Written || widest.Written))
            {
                throw new ArgumentException(
                    $"Weights must not overlap anything else; {What(widest)} and {What(span)} share elements.",
                    nameof(variables));
            }

            widest = overlaps && End(widest.View) > End(span.View) ? widest : span;
        }
    }

    private static long End(ArrayView<float> view) => view.IndexInBuffer() + view.Length;

    private static string What((ArrayView<float> View, string Name, bool Written) span) =>
        $"the {(span.Written ? "weights" : "gradients")} of '{span.Name}'";
}
