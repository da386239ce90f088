using System.Text;

namespace Lamb.Gpu.Files;

/// <summary>Makes what is said of a file, in which whatever it holds is shown short and on one line.</summary>
internal static class FileText
{
    private const int Longest = 80;

    /// <summary>Makes the exception for a file that is not good.</summary>
    public static LambCheckpointException Bad(string file, string problem, Exception? cause = null)
    {
        string message = $"{Quote(file, 1000)}: {problem} Nothing was loaded.";
        return cause == null ? new(message) : new(message, cause);
    }

    /// <summary>Puts a text from outside into quotes: no control characters, and no more than a line of it.</summary>
    public static string Quote(string text, int longest = Longest)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, longest)).EnumerateRunes())
        {
            bool isShown = !Rune.IsControl(rune) && rune.Value is not 0x2028 and not 0x2029;
            quoted.Append(isShown ? rune.ToString() : "?");
        }

        return quoted.Append(text.Length > longest ? "…\"" : "\"").ToString();
    }
}
