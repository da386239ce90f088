namespace Lamb.Gpu.Bench.Train;

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
