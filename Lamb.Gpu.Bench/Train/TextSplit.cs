namespace Lamb.Gpu.Bench.Train;

/// <summary>Splits the positions of a text: nine tenths to train on, one tenth held out.</summary>
/// <remarks>
/// The text is cut into stretches of <see cref="Stretch"/> characters; the last tenth of each is held out. A position
/// belongs to a part only with its whole window, so no character is both trained on and held out.
/// </remarks>
internal sealed class TextSplit
{
    /// <summary>The length of a stretch: a training block and the held-out block behind it.</summary>
    public const int Stretch = 5000;

    private const int HeldOutBlock = Stretch / 10;
    private const int MaxHeldOut = 100_000;

    /// <summary>Splits a text of the given length.</summary>
    public TextSplit(int length, int window)
    {
        TrainingTargets = [.. Enumerable.Range(0, length).Where(position =>
            position >= window && !IsHeldOut(position) && !IsHeldOut(position - window))];
        HeldOutTargets = Thinned([.. Enumerable.Range(0, length).Where(position =>
            position >= window && IsHeldOut(position) && IsHeldOut(position - window))]);
    }

    /// <summary>The positions to predict in training, each behind a window that is training text too.</summary>
    public int[] TrainingTargets { get; }

    /// <summary>The positions to predict in evaluation, each behind a window that is held out too.</summary>
    public int[] HeldOutTargets { get; }

    /// <summary>Whether a position is in a held-out block.</summary>
    public static bool IsHeldOut(int position) => position % Stretch >= Stretch - HeldOutBlock;

    /// <summary>At most so many held-out positions, spread evenly.</summary>
    public int[] HeldOutSample(int count) => Spread(HeldOutTargets, count);

    private static int[] Thinned(int[] positions) => Spread(positions, MaxHeldOut);

    private static int[] Spread(int[] positions, int count) => positions.Length <= count
        ? positions
        : [.. Enumerable.Range(0, count).Select(i => positions[(long)i * positions.Length / count])];
}
