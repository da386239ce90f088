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
        IReadOnlyDictionary<string, IReadOnlyList<long>> found = reader.Shapes;
        string[] differences = Differences.Between(
            found.ToDictionary(array => Describe(array.Key, expected), array => Describe(array.Value)),
            expected.Index().ToDictionary(
                value => Describe(Name(value.Index), expected), value => Describe(value.Item.Shape)));
        return differences.Length == 0
            ? [.. expected.Select((value, i) => new LambStateValue(value.Name, value.Shape, reader.Read(Name(i))))]
            : throw FileText.Bad(
                path,
                $"it is of another optimizer. {string.Join(' ', differences)} Make an optimizer on such variables with "
                + "such options, or load a file that one like this has saved.");
    }

    private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Describe(string array, IReadOnlyList<(string Name, IReadOnlyList<long> Shape)> expected) =>
        int.TryParse(array, NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && index < expected.Count && array == Name(index)
            ? $"{array} ({expected[index].Name})"
            : $"array '{array}'";

    private static string Describe(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string TypeOf(string name) => name switch
    {
        "iteration" => NpyElement.Int64,
        "step_counter" => NpyElement.Int32,
        _ => NpyElement.Single,
    };
}
