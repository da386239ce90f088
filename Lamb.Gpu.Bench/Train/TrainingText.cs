namespace Lamb.Gpu.Bench.Train;

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
