namespace Lamb.Gpu.Bench.Train;

/// <summary>Predicts every character by how often it occurs: p(c) = (n(c) + 1) / (n + symbols).</summary>
internal sealed class UnigramModel
{
    private readonly long[] counts;
    private readonly long total;

    /// <summary>Counts the training characters of a text.</summary>
    public UnigramModel(int[] text, int symbols, TextSplit split)
    {
        counts = new long[symbols];
        foreach (int position in split.TrainingTargets)
        {
            counts[text[position]]++;
        }

        total = split.TrainingTargets.Length;
    }

    /// <summary>The mean −log₂ p of the characters at the given positions.</summary>
    public double BitsPerCharacter(int[] text, int[] positions) =>
        positions.Average(position => -Math.Log2((counts[text[position]] + 1.0) / (total + counts.Length)));
}
