using System.Text.RegularExpressions;

namespace Lamb.Gpu;

/// <summary>Regular expressions on the names of variables, each with a second to decide.</summary>
internal sealed class NamePatterns(IEnumerable<string> expressions)
{
    private readonly Regex[] patterns =
        [.. expressions.Select(text => new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))];

    /// <summary>Tells whether one of them matches anywhere in a name.</summary>
    /// <exception cref="ArgumentException">An expression takes too long.</exception>
    public bool Match(string name)
    {
        try
        {
            return patterns.Any(pattern => pattern.IsMatch(name));
        }
        catch (RegexMatchTimeoutException timeout)
        {
            throw new ArgumentException(
                $"The expression '{timeout.Pattern}' took longer than a second on the name '{name}'. Nested "
                + "repetitions do that; write it without them.",
                timeout);
        }
    }
}
