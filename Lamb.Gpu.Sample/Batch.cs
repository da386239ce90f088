namespace Lamb.Gpu.Sample;

/// <summary>Windows of symbols and what follows each, prepared on the host.</summary>
internal sealed class Batch
{
    /// <summary>Says that what follows a window is asked for, not known.</summary>
    public const int NoTarget = -1;

    private Batch(int[] symbols, int[] targets, int symbolCount)
    {
        Symbols = symbols;
        Targets = targets;
        Starts = new int[symbolCount + 1];
        PlacesBySymbol = new int[symbols.Length];
        SortPlaces();
    }

    /// <summary>The windows, one after another.</summary>
    public int[] Symbols { get; }

    /// <summary>What follows each window, or <see cref="NoTarget"/>.</summary>
    public int[] Targets { get; }

    /// <summary>The places in <see cref="Symbols"/> in the order of what stands there.</summary>
    public int[] PlacesBySymbol { get; }

    /// <summary>Where the places of each symbol start in <see cref="PlacesBySymbol"/>, and the end.</summary>
    public int[] Starts { get; }

    /// <summary>The number of windows.</summary>
    public int Rows => Targets.Length;

    /// <summary>Takes the windows before the given positions of a text, and the symbols that stand there.</summary>
    public static Batch FromText(int[] text, ReadOnlySpan<int> positions, NetworkShape shape)
    {
        var symbols = new int[positions.Length * shape.Window];
        var targets = new int[positions.Length];
        for (int row = 0; row < positions.Length; row++)
        {
            text.AsSpan(positions[row] - shape.Window, shape.Window).CopyTo(symbols.AsSpan(row * shape.Window));
            targets[row] = text[positions[row]];
        }

        return new Batch(symbols, targets, shape.Symbols);
    }

    /// <summary>Takes one window and asks what follows.</summary>
    public static Batch FromWindow(ReadOnlySpan<int> window, NetworkShape shape) =>
        new(window.ToArray(), [NoTarget], shape.Symbols);

    private void SortPlaces()
    {
        foreach (int symbol in Symbols)
        {
            Starts[symbol + 1]++;
        }

        for (int symbol = 1; symbol < Starts.Length; symbol++)
        {
            Starts[symbol] += Starts[symbol - 1];
        }

        int[] next = [.. Starts];
        for (int place = 0; place < Symbols.Length; place++)
        {
            PlacesBySymbol[next[Symbols[place]]++] = place;
        }
    }
}

/// <summary>Deals the training positions out, shuffled, and shuffles again when all have been dealt.</summary>
internal sealed class BatchSampler(int[] positions, Random random)
{
    private readonly int[] deck = [.. positions];
    private int next = positions.Length;

    /// <summary>Fills a batch.</summary>
    public void Deal(Span<int> batch)
    {
        foreach (ref int position in batch)
        {
            if (next == deck.Length)
            {
                random.Shuffle(deck);
                next = 0;
            }

            position = deck[next++];
        }
    }
}
