using System.Text;

namespace Lamb.Gpu.Sample;

/// <summary>Lets a network write: every character is drawn from what the network expects.</summary>
internal sealed class TextGenerator(CharacterNetwork network, Vocabulary vocabulary, Random random)
{
    // Below 1, likely characters become likelier: fewer slips, less variety.
    private const double Temperature = 0.7;

    /// <summary>Writes on from a window until there are enough lines or characters.</summary>
    public string Continue(ReadOnlySpan<int> window, int maxLines, int maxCharacters)
    {
        int[] seen = window.ToArray();
        var text = new StringBuilder();
        for (int lines = 0; lines < maxLines && text.Length < maxCharacters;)
        {
            network.Load(Batch.FromWindow(seen, network.Shape));
            int symbol = Draw(network.Predict());
            char character = vocabulary.Decode(symbol);
            text.Append(IsPrintable(character) ? character : vocabulary.Decode(Vocabulary.Unknown));
            lines += character == '\n' ? 1 : 0;
            seen = [.. seen[1..], symbol];
        }

        return text.ToString();
    }

    // A text may hold what would steer the terminal.
    private static bool IsPrintable(char character) => character is '\n' or '\t' || !char.IsControl(character);

    private int Draw(float[] probabilities)
    {
        double[] shares = [.. probabilities.Select(probability => Math.Pow(probability, 1 / Temperature))];
        shares[Vocabulary.Unknown] = 0;
        double left = random.NextDouble() * shares.Sum();
        int symbol = shares.Length - 1;
        while (symbol > 0 && (left -= shares[symbol]) > 0)
        {
            symbol--;
        }

        return symbol;
    }
}

/// <summary>Measures how well a network predicts.</summary>
internal sealed class Evaluator(CharacterNetwork network, int[] text, int maxRows)
{
    /// <summary>The mean −log₂ p of the characters at the given positions.</summary>
    public double BitsPerCharacter(int[] positions)
    {
        double nats = 0;
        foreach (int[] rows in positions.Chunk(maxRows))
        {
            network.Load(Batch.FromText(text, rows, network.Shape));
            network.Forward();
            nats += network.ReadLossSum();
        }

        return nats / positions.Length / Math.Log(2);
    }
}
