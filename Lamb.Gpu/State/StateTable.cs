using System.Globalization;
using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.State;

/// <summary>The state in the order and under the names of optimizer.variables in Keras.</summary>
internal sealed class StateTable(IReadOnlyList<StateEntry> entries)
{
    private const int MostShown = 100;

    /// <summary>Gets the name and the shape of everything.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> Shapes =>
        [.. entries.Select(entry => (entry.Name, entry.Shape))];

    /// <summary>Reads everything.</summary>
    public IReadOnlyList<LambStateValue> Read() =>
        [.. entries.Select(entry => new LambStateValue(entry.Name, entry.Shape, entry.Read()))];

    /// <summary>Returns what was saved as it is now, whatever code its lists are.</summary>
    /// <exception cref="ArgumentException">Something does not fit: all that does not is named.</exception>
    public IReadOnlyList<LambStateValue> Fitting(IReadOnlyList<LambStateValue> saved)
    {
        LambStateValue[] copied = [.. Copy(saved).Select(Copied)];
        if (copied.Length != entries.Count)
        {
            throw new ArgumentException(
                $"The state must have {entries.Count} values ({Names(entries.Select(entry => entry.Name))}); it has "
                + $"{copied.Length} ({Names(copied.Select(value => value.Name))}). Nothing was loaded.",
                nameof(saved));
        }

        string[] problems =
            [.. entries.Select((entry, place) => Problem(entry, copied[place], place)).OfType<string>()];
        return problems.Length == 0 ? copied : throw new ArgumentException(
            string.Join(' ', problems.Take(MostShown))
            + (problems.Length > MostShown ? $" There are {problems.Length - MostShown} problems more." : "")
            + " Nothing was loaded.",
            nameof(saved));
    }

    /// <summary>Writes everything, which fits.</summary>
    public void Write(IReadOnlyList<LambStateValue> saved)
    {
        foreach ((StateEntry entry, LambStateValue value) in entries.Zip(saved))
        {
            entry.Write(value.Values);
        }
    }

    /// <summary>Returns what each variable is called in the state, by its name: with _ for /, as in Keras; where two
    /// would be called the same, as itself.</summary>
    public static Dictionary<string, string> KerasNames(IReadOnlyList<LambVariable> variables)
    {
        ILookup<string, string> names = variables.Select(variable => variable.Name)
            .ToLookup(name => name.Replace('/', '_'));
        return names.SelectMany(alike => alike, (alike, name) => (name, alike.Count() == 1 ? alike.Key : name))
            .ToDictionary(each => each.name, each => each.Item2);
    }

    /// <summary>Makes the entry of a tensor on the device.</summary>
    public static StateEntry Tensor(
        string name, LambVariable variable, LambArray array, AcceleratorStream stream) => new(
            name,
            variable.Shape,
            () => array.Storage == LambStorage.BFloat16
                ? [.. Read(array.As<BFloat16>(), stream).Select(value => (double)value)]
                : [.. Read(array.As<float>(), stream).Select(value => (double)value)],
            values => FirstBeyond(array.Storage, values) is { } place
                ? $"must be finite in {array.Storage}, element {place} was "
                    + values[place].ToString(CultureInfo.InvariantCulture)
                : null,
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

    private static LambStateValue Copied(LambStateValue? value) =>
        value?.Name == null || value.Shape == null || value.Values == null
            ? throw new ArgumentException("No value of a state may be null, nor a part of one. Nothing was loaded.")
            : value with { Shape = Copy(value.Shape), Values = Copy(value.Values) };

    // One more than a list says that it has is enough to see that it does not fit.
    private static T[] Copy<T>(IReadOnlyList<T> list) => list as T[] ?? [.. list.Take(list.Count + 1)];

    private static string Names(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(MostShown)) + (all.Length > MostShown ? ", …" : "");
    }

    // Infinity and NaN may be loaded: a state can hold them.
    private static int? FirstBeyond(LambStorage storage, IReadOnlyList<double> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            float narrow = (float)values[i];
            narrow = storage == LambStorage.BFloat16 ? (float)(BFloat16)narrow : narrow;
            if (float.IsInfinity(narrow) && double.IsFinite(values[i]))
            {
                return i;
            }
        }

        return null;
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
