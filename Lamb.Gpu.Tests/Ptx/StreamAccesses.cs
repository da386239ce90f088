using System.Text.RegularExpressions;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>How a kernel moves its streams: by loads and stores of 16 bytes in the aligned part of a tile, four
/// floats or eight halves.</summary>
internal static partial class StreamAccesses
{
    private const string FourSingles = ".v4.f32";
    private const string EightHalves = ".v4.b32";

    /// <summary>What is wrong with the loads and stores of a kernel, as text; nothing where all streams are moved
    /// as they should be.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="streamed">The equations that it takes tiles through, each in a loop of its own.</param>
    /// <param name="storage">How the streams lie in memory.</param>
    public static IEnumerable<string> Wrong(PtxSource source, IReadOnlyList<Type> streamed, WorkerStorage? storage)
    {
        (int Singles, int Halves) loads = Sum(nameof(ITileKernel.Reads));
        (int Singles, int Halves) stores = Sum(nameof(ITileKernel.Writes));
        return
        [
            .. Wrong(source, $"ld.global{FourSingles}", loads.Singles),
            .. Wrong(source, $"ld.global{EightHalves}", loads.Halves),
            .. Wrong(source, $"st.global{FourSingles}", stores.Singles),
            .. Wrong(source, $"st.global{EightHalves}", stores.Halves),
        ];

        (int Singles, int Halves) Sum(string direction)
        {
            var each = streamed.Select(kernel => (storage ?? WorkerStorage.Single).Accesses(
                (Streams)kernel.GetProperty(direction)!.GetValue(null)!)).ToArray();
            return (each.Sum(count => count.Singles), each.Sum(count => count.Halves));
        }
    }

    private static IEnumerable<string> Wrong(PtxSource source, string access, int declared)
    {
        int[] found = [.. AccessesOf(source, access)];
        if (found.Length != declared)
        {
            yield return $"{source.Kernel} for SM {source.Architecture.Name} has {access} {found.Length} times; its "
                + $"streams come to {declared}. {string.Join("; ", found.Select(source.Describe))}";
        }
    }

    // A struct such as the scalars of a step takes several accesses behind one another, at offsets from one address.
    private static IEnumerable<int> AccessesOf(PtxSource source, string access) =>
        from line in source.Lines.Index()
        where line.Item.Contains(access, StringComparison.Ordinal)
        let address = Address().Match(line.Item).Value
        where address.Length > 0 && !IsAt(source, line.Index - 1, address) && !IsAt(source, line.Index + 1, address)
        select line.Index;

    private static bool IsAt(PtxSource source, int index, string address) =>
        Address().Match(source.Lines[index]).Value == address;

    [GeneratedRegex(@"(?<=\[)%rd\d+")]
    private static partial Regex Address();
}
