using System.Globalization;
using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.State;

/// <summary>The state in the order and under the names of optimizer.variables in Keras.</summary>
internal sealed class StateTable(IReadOnlyList<StateEntry> entries)
{
    /// <summary>Gets the name and the shape of everything.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> Shapes =>
        [.. entries.Select(entry => (entry.Name, entry.Shape))];

    /// <summary>Reads everything.</summary>
    public IReadOnlyList<LambStateValue> Read() =>
        [.. entries.Select(entry => new LambStateValue(entry.Name, entry.Shape, entry.Read()))];

    /// <summary>Throws where something does not fit.</summary>
    /// <exception cref="ArgumentException">Something does not: all that does not is named.</exception>
    public void RequireFit(IReadOnlyList<LambStateValue> saved)
    {
        if (saved.Any(value => value?.Name == null || value.Shape == null || value.Values == null))
        {
            throw new ArgumentException(
                "No value of a state may be null, nor a part of one. Nothing was loaded.", nameof(saved));
        }

        if (saved.Count != entries.Count)
        {
            throw new ArgumentException(
                $"The state must have {entries.Count} values ({string.Join(", ", entries.Select(e => e.Name))}); "
                + $"it has {saved.Count} ({string.Join(", ", saved.Select(v => v.Name))}). Nothing was loaded.",
                nameof(saved));
        }

        string[] problems =
            [.. entries.Select((entry, place) => Problem(entry, saved[place], place)).OfType<string>()];
        if (problems.Length > 0)
        {
            throw new ArgumentException($"{string.Join(' ', problems)} Nothing was loaded.", nameof(saved));
        }
    }

    /// <summary>Writes everything, which fits.</summary>
    public void Write(IReadOnlyList<LambStateValue> saved)
    {
        foreach ((StateEntry entry, LambStateValue value) in entries.Zip(saved))
        {
            entry.Write(value.Values);
        }
    }

    /// <summary>Makes the entry of a tensor on the device.</summary>
    public static StateEntry Tensor(
        string name, LambVariable variable, LambArray array, AcceleratorStream stream) => new(
            name,
            variable.Shape,
            () => array.Storage == LambStorage.BFloat16
                ? [.. Read(array.As<BFloat16>(), stream).Select(value => (double)value)]
                : [.. Read(array.As<float>(), stream).Select(value => (double)value)],
            _ => null,
            values =>
            {
                if (array.Storage == LambStorage.BFloat16)
                {
                    Write(array.As<BFloat16>(), stream, [.. values.Select(value => (BFloat16)(float)value)]);
                }
                else
                {
                    Write(array.As<float>(), stream, [.. values.Select(value => (float)value)]);
                }
            });

    private static string? Problem(StateEntry entry, LambStateValue value, int place)
    {
        if (value.Name != entry.Name && value.Name != place.ToString(CultureInfo.InvariantCulture))
        {
            return $"Value {place} must be '{entry.Name}', was '{value.Name}'.";
        }

        if (!value.Shape.SequenceEqual(entry.Shape))
        {
            return $"'{entry.Name}' must have shape [{string.Join(", ", entry.Shape)}], "
                + $"had [{string.Join(", ", value.Shape)}].";
        }

        long length = LambVariable.CountElements(entry.Name, entry.Shape);
        if (value.Values.Count != length)
        {
            return $"'{entry.Name}' must have {length} values, had {value.Values.Count}.";
        }

        return entry.Problem(value.Values) is { } problem ? $"'{entry.Name}' {problem}." : null;
    }

    private static T[] Read<T>(ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        var values = new T[view.Length];
        if (values.Length > 0)
        {
            view.CopyToCPU(stream, values);
            stream.Synchronize();
        }

        return values;
    }

    private static void Write<T>(ArrayView<T> view, AcceleratorStream stream, T[] values)
        where T : unmanaged
    {
        if (values.Length > 0)
        {
            view.CopyFromCPU(stream, values);
            stream.Synchronize();
        }
    }
}
