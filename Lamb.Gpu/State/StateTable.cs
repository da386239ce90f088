using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu.State;

/// <summary>The state in the order and under the names of optimizer.variables in Keras.</summary>
internal sealed class StateTable(IReadOnlyList<StateEntry> entries)
{
    private const string Remedy =
        "Nothing was loaded. Load what an optimizer with the same variables and options has saved.";

    /// <summary>Gets the name and the shape of everything.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> Shapes =>
        [.. entries.Select(entry => (entry.Name, entry.Shape))];

    /// <summary>Reads everything.</summary>
    /// <exception cref="NotSupportedException">One of them has more elements than an array can.</exception>
    public IReadOnlyList<LambStateValue> Read()
    {
        StateEntry? large = entries.FirstOrDefault(
            entry => LambVariable.CountElements(entry.Name, entry.Shape) > Array.MaxLength);
        return large == null
            ? [.. entries.Select(entry => new LambStateValue(entry.Name, entry.Shape, entry.Read()))]
            : throw new NotSupportedException(
                $"'{large.Name}' must have at most {Array.MaxLength} elements to be read into an array; its shape is "
                + $"[{Listing.Of(large.Shape)}]. SaveCheckpoint writes variables of any size.");
    }

    /// <summary>Throws where something does not fit.</summary>
    /// <exception cref="ArgumentException">Something does not: the first that do not are named.</exception>
    public void RequireFit(IReadOnlyList<LambStateValue> saved)
    {
        if (saved.Count != entries.Count)
        {
            throw new ArgumentException(
                $"The state must have {entries.Count} values ({Listing.Of(entries.Select(entry => entry.Name))}); "
                + $"it has {saved.Count} ({Listing.Of(saved.Select(value => value.Name))}). {Remedy}",
                nameof(saved));
        }

        string[] problems =
            [.. entries.Select((entry, place) => Problem(entry, saved[place], place)).OfType<string>()];
        if (problems.Length > 0)
        {
            throw new ArgumentException($"{Listing.Sentences(problems)} {Remedy}", nameof(saved));
        }
    }

    /// <summary>Copies what a caller gave, where it may not be what it says or change meanwhile.</summary>
    /// <exception cref="ArgumentException">A value or a part of one is null.</exception>
    public static LambStateValue[] Copy(IReadOnlyList<LambStateValue> saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        LambStateValue[] copy = CopyList(saved);
        return !copy.Any(value => value?.Name == null || value.Shape == null || value.Values == null)
            ? [.. copy.Select(value => value with { Shape = CopyList(value.Shape), Values = CopyList(value.Values) })]
            : throw new ArgumentException(
                "No value of a state may be null, nor a part of one. Nothing was loaded.", nameof(saved));
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
        string name, LambVariable variable, LambView array, AcceleratorStream stream) => new(
            name,
            variable.Shape,
            () => array.DataType == LambDataType.BFloat16
                ? [.. Read(array.As<BFloat16>(), stream).Select(value => (double)value)]
                : [.. Read(array.As<float>(), stream).Select(value => (double)value)],
            values => FirstBeyond(array.DataType, values) is { } place
                ? $"must be finite in {array.DataType}, element {place} was "
                    + values[place].ToString(CultureInfo.InvariantCulture)
                : null,
            values =>
            {
                if (array.DataType == LambDataType.BFloat16)
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
            return $"'{entry.Name}' must have shape [{Listing.Of(entry.Shape)}], "
                + $"had [{Listing.Of(value.Shape)}].";
        }

        long length = LambVariable.CountElements(entry.Name, entry.Shape);
        if (value.Values.Count != length)
        {
            return $"'{entry.Name}' must have {length} values, had {value.Values.Count}.";
        }

        return entry.Problem(value.Values) is { } problem ? $"'{entry.Name}' {problem}." : null;
    }

    // One more than a list says that it has is enough to see that it does not fit. What SaveState made is an array
    // already, and may take all the memory that there is.
    private static T[] CopyList<T>(IReadOnlyList<T> list) => list as T[] ?? [.. list.Take(list.Count + 1)];

    // Infinity and NaN may be loaded: a state can hold them.
    private static int? FirstBeyond(LambDataType storage, IReadOnlyList<double> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            float narrow = (float)values[i];
            narrow = storage == LambDataType.BFloat16 ? (float)(BFloat16)narrow : narrow;
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

/// <summary>One variable of the optimizer's state: how it is called, read and written.</summary>
/// <param name="Name">Keras's name.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Read">Returns the values.</param>
/// <param name="Problem">Returns what is wrong with values that have the right shape, or null.</param>
/// <param name="Write">Takes values that nothing is wrong with.</param>
internal sealed record StateEntry(
    string Name,
    IReadOnlyList<long> Shape,
    Func<double[]> Read,
    Func<IReadOnlyList<double>, string?> Problem,
    Action<IReadOnlyList<double>> Write)
{
    /// <summary>Makes the entry of a single number.</summary>
    public static StateEntry Scalar(
        string name, Func<double> read, Predicate<double> isValid, string must, Action<double> write) => new(
            name,
            [],
            () => [read()],
            values => isValid(values[0])
                ? null
                : $"must {must}, was {values[0].ToString(CultureInfo.InvariantCulture)}",
            values => write(values[0]));
}
