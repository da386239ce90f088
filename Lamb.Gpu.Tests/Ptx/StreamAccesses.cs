using System.Numerics;
using System.Text.RegularExpressions;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>How a kernel moves its streams: by loads and stores of 16 bytes in the aligned part of a tile.</summary>
internal static partial class StreamAccesses
{
    // Four floats. A stream of another type has a form of its own.
    private const string Form = ".v4.f32";

    /// <summary>What is wrong with the loads and stores of a kernel, as text; nothing where all streams are moved
    /// as they should be.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="streamed">The equations that it takes tiles through, each in a loop of its own.</param>
    public static IEnumerable<string> Wrong(PtxSource source, IReadOnlyList<Type> streamed) =>
        Wrong(source, streamed, "ld", nameof(ITileKernel.Reads))
            .Concat(Wrong(source, streamed, "st", nameof(ITileKernel.Writes)));

    private static IEnumerable<string> Wrong(
        PtxSource source, IReadOnlyList<Type> streamed, string operation, string direction)
    {
        int declared = streamed.Sum(kernel => Count(kernel, direction));
        int[] found = [.. AccessesOf(source, operation)];
        if (found.Length != declared)
        {
            yield return $"{source.Kernel} for SM {source.Architecture.Name} has {operation}.global{Form} "
                + $"{found.Length} times; the streams of its {direction} come to {declared}. "
                + string.Join("; ", found.Select(source.Describe));
        }
    }

    private static int Count(Type kernel, string direction) =>
        BitOperations.PopCount((uint)(Streams)kernel.GetProperty(direction)!.GetValue(null)!);

    // A struct such as the scalars of a step takes several accesses behind one another, at offsets from one address.
    private static IEnumerable<int> AccessesOf(PtxSource source, string operation) =>
        from line in source.Lines.Index()
        where line.Item.Contains($"{operation}.global{Form}", StringComparison.Ordinal)
        let address = Address().Match(line.Item).Value
        where address.Length > 0 && !IsAt(source, line.Index - 1, address) && !IsAt(source, line.Index + 1, address)
        select line.Index;

    private static bool IsAt(PtxSource source, int index, string address) =>
        Address().Match(source.Lines[index]).Value == address;

    [GeneratedRegex(@"(?<=\[)%rd\d+")]
    private static partial Regex Address();
}
