using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Options that take a number within limits, written the same way under every culture.</summary>
internal static class NumberOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="usual">What it is where it is not given.</param>
    /// <param name="limits">The least and the most that it takes, both included.</param>
    /// <param name="description">What it is for.</param>
    public static Option<T> Create<T>(string name, T usual, (T Min, T Max) limits, string description)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => usual,
            CustomParser = argument => Parse(argument, name, limits),
        };

    private static T Parse<T>(ArgumentResult argument, string name, (T Min, T Max) limits)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        bool isWhole = typeof(T) != typeof(double);
        NumberStyles style = isWhole ? NumberStyles.AllowLeadingSign : NumberStyles.Float;
        bool isNumber = T.TryParse(text, style, CultureInfo.InvariantCulture, out T value);
        if (!(isNumber && value >= limits.Min && value <= limits.Max))
        {
            string kind = isWhole ? "a whole number" : "a number such as 0.5,";
            string range = limits.Max == T.MaxValue ? $"of {limits.Min} or more" : $"from {limits.Min} to {limits.Max}";
            argument.AddError($"{name} must be {kind} {range}, was '{text}'.");
        }

        return value;
    }
}
