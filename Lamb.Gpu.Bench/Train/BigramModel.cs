namespace Lamb.Gpu.Bench.Train;

/// <summary>Predicts every character by the one before: p(c | b) = (n(b, c) + α) / (n(b) + α · symbols).</summary>
internal sealed class BigramModel
{
    private static readonly double[] Smoothings = [0.003, 0.01, 0.03, 0.1, 0.3, 1];

    private readonly int symbols;
    private readonly long[] pairs;
    private readonly long[] firsts;

    /// <summary>Counts the training pairs of a text.</summary>
    public BigramModel(int[] text, int symbols, TextSplit split)
    {
        this.symbols = symbols;
        pairs = new long[symbols * symbols];
        firsts = new long[symbols];
        foreach (int position in split.TrainingTargets)
        {
            pairs[text[position - 1] * symbols + text[position]]++;
            firsts[text[position - 1]]++;
        }
    }

    /// <summary>The mean −log₂ p of the characters at the given positions, with the α that suits them best.</summary>
    /// <remarks>The choice of α favours this model: whoever beats it has beaten every other choice too.</remarks>
    public double BitsPerCharacter(int[] text, int[] positions) =>
        Smoothings.Min(smoothing => positions.Average(position =>
            -Math.Log2(Probability(text[position - 1], text[position], smoothing))));

    private double Probability(int first, int second, double smoothing) =>
        (pairs[first * symbols + second] + smoothing) / (firsts[first] + smoothing * symbols);
}
