using System.Globalization;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>The state as numpy saves what save_own_variables of a Keras optimizer stores.</summary>
internal static class KerasFile
{
    /// <summary>Writes the values, each under its place.</summary>
    public static void Write(string path, IEnumerable<LambStateValue> values) =>
        AtomicFile.Write(path, 0, stream =>
        {
            using var writer = new NpzWriter(stream);
            foreach ((int index, LambStateValue value) in values.Index())
            {
                writer.Write(Name(index), TypeOf(value.Name), value.Shape, [.. value.Values]);
            }
        });

    /// <summary>Reads the values, which must have these names and shapes.</summary>
    /// <exception cref="LambCheckpointException">The file is not good, or has others.</exception>
    public static IReadOnlyList<LambStateValue> Read(
        string path, IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> expected)
    {
        using FileStream stream = SourceFile.Open(path);
        if (!SourceFile.IsZip(stream))
        {
            throw FileText.Bad(
                path,
                $"it must be a zip archive, as numpy.savez writes, and does not begin as one; it has {stream.Length} "
                + "bytes. Load a checkpoint with LoadCheckpoint, or take another copy.");
        }

        using var reader = new NpzReader(stream, path);
        Differences found = Compare(reader, expected);
        return found.Any
            ? throw FileText.Bad(
                path,
                $"it is of another optimizer. {found} Make an optimizer on such variables with such options, or load a "
                + "file that one like this has saved.")
            : [.. expected.Select((value, i) => new LambStateValue(value.Name, value.Shape, reader.Read(Name(i))))];
    }

    // Of what the optimizer does not expect, no more is read than is shown.
    private static Differences Compare(
        NpzReader reader, IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> expected)
    {
        var found = new Differences();
        var names = new HashSet<string>();
        foreach ((int index, (string name, IReadOnlyList<long> shape)) in expected.Index())
        {
            names.Add(Name(index));
            IReadOnlyList<long>? there = reader.Names.Contains(Name(index)) ? reader.ShapeOf(Name(index)) : null;
            if (there == null || !there.SequenceEqual(shape))
            {
                found.Add(
                    $"{index} ({name})",
                    there == null ? null : TensorEntry.Describe(there),
                    TensorEntry.Describe(shape));
            }
        }

        foreach (string other in reader.Names.Where(name => !names.Contains(name)).TakeWhile(_ => found.HasRoom))
        {
            names.Add(other);
            found.Add($"array '{other}'", TensorEntry.Describe(reader.ShapeOf(other)), null);
        }

        found.Count(reader.Names.Count(name => !names.Contains(name)));
        return found;
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string TypeOf(string name) => name switch
    {
        "iteration" => NpyElement.Int64,
        "step_counter" => NpyElement.Int32,
        _ => NpyElement.Single,
    };
}
