using System.Text.RegularExpressions;

namespace Lamb.Gpu.Variables;

/// <summary>Finds variables by regular expressions on their names, each with a second to decide.</summary>
internal static class NamePatterns
{
    /// <summary>The variables that one of the expressions matches.</summary>
    /// <exception cref="ArgumentException">An expression is null, cannot be parsed, takes too long, or matches no
    /// variable.</exception>
    public static IEnumerable<LambVariable> Match(string[] names, LambVariables variables) =>
        names.SelectMany(name => Match(name, variables, nameof(names)));

    private static LambVariable[] Match(string expression, LambVariables variables, string parameter)
    {
        ArgumentNullException.ThrowIfNull(expression, parameter);
        Regex pattern = Parse(expression, parameter);
        LambVariable[] found = [.. variables.Where(variable => IsMatch(pattern, variable.Name))];
        return found.Length > 0
            ? found
            : throw new ArgumentException(
                $"An expression must match the name of a variable; '{expression}' matches none of "
                + $"{LambVariable.NamesOf(variables)}. Correct it (case counts), or leave it out.",
                parameter);
    }

    private static Regex Parse(string expression, string parameter)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexParseException problem)
        {
            throw new ArgumentException(
                $"A name must be a regular expression, such as 'bias$' for names ending in bias, was '{expression}'. "
                + problem.Message,
                parameter,
                problem);
        }
    }

    private static bool IsMatch(Regex pattern, string name)
    {
        try
        {
            return pattern.IsMatch(name);
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
