namespace Lamb.Gpu.Bench.Train;

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
