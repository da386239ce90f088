namespace Lamb.Gpu.Sample;

/// <summary>Holds a text as symbols, split, with the models that any network has to beat.</summary>
internal sealed class TrainingText
{
    /// <summary>Prepares a text for windows of the given length.</summary>
    public TrainingText(TextSource source, int window)
    {
        Source = source;
        Split = new TextSplit(source.Text.Length, window);
        Vocabulary = new Vocabulary(source.Text.Where((_, position) => !TextSplit.IsHeldOut(position)));
        Symbols = Vocabulary.Encode(source.Text);
        var unigram = new UnigramModel(Symbols, Vocabulary.Count, Split);
        var bigram = new BigramModel(Symbols, Vocabulary.Count, Split);
        UnigramBits = unigram.BitsPerCharacter(Symbols, Split.HeldOutTargets);
        BigramBits = bigram.BitsPerCharacter(Symbols, Split.HeldOutTargets);
    }

    /// <summary>Where the text comes from.</summary>
    public TextSource Source { get; }

    /// <summary>Which positions are for what.</summary>
    public TextSplit Split { get; }

    /// <summary>What the symbols stand for.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The whole text.</summary>
    public int[] Symbols { get; }

    /// <summary>Bits a held-out character of the unigram model.</summary>
    public double UnigramBits { get; }

    /// <summary>Bits a held-out character of the bigram model.</summary>
    public double BigramBits { get; }
}

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

/// <summary>Numbers the characters of a text: 0 for rare ones, then from the most frequent on.</summary>
internal sealed class Vocabulary
{
    /// <summary>The symbol of every character that is not in the vocabulary.</summary>
    public const int Unknown = 0;

    private const int MaxCharacters = 255;
    private const int MinOccurrences = 5;

    private readonly Dictionary<char, int> numbers = [];
    private readonly char[] characters;

    /// <summary>Takes the characters that occur often enough in the training text.</summary>
    public Vocabulary(IEnumerable<char> trainingText)
    {
        IEnumerable<char> frequent = trainingText
            .CountBy(character => character)
            .Where(pair => pair.Value >= MinOccurrences)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key)
            .Take(MaxCharacters)
            .Select(pair => pair.Key);
        characters = ['\uFFFD', .. frequent];
        for (int i = 1; i < characters.Length; i++)
        {
            numbers.Add(characters[i], i);
        }
    }

    /// <summary>The number of symbols, the unknown one included.</summary>
    public int Count => characters.Length;

    /// <summary>Characters to symbols.</summary>
    public int[] Encode(string text) => [.. text.Select(character => numbers.GetValueOrDefault(character, Unknown))];

    /// <summary>A symbol to its character.</summary>
    public char Decode(int symbol) => characters[symbol];
}

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
