namespace Lamb.Gpu.Bench.Peers;

/// <summary>The models that peers are compared on.</summary>
internal static class PeerShapes
{
    private const long Hidden = 768;
    private const long Inner = 4 * Hidden;

    /// <summary>Every model, the usual one first.</summary>
    public static IReadOnlyList<PeerShape> All { get; } =
    [
        new("bert-base", [.. BertBase()]),
        new("vector-64m", [[64_000_000]]),
        new("tiny-20000", [.. Enumerable.Repeat<long[]>([64], 20_000)]),
        new("small", [[784, 128], [128], [128, 10], [10]]),
    ];

    private static IEnumerable<long[]> BertBase() =>
    [
        [30_522, Hidden], [512, Hidden], [2, Hidden], .. Norm(),
        .. Enumerable.Range(0, 12).SelectMany(_ => Layer()),
        .. Dense(Hidden, Hidden),
    ];

    private static IEnumerable<long[]> Layer() =>
    [
        .. Dense(Hidden, Hidden), .. Dense(Hidden, Hidden), .. Dense(Hidden, Hidden), .. Dense(Hidden, Hidden),
        .. Norm(),
        .. Dense(Hidden, Inner), .. Dense(Inner, Hidden),
        .. Norm(),
    ];

    private static IEnumerable<long[]> Dense(long inputs, long outputs) => [[inputs, outputs], [outputs]];

    private static IEnumerable<long[]> Norm() => [[Hidden], [Hidden]];
}
