using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Lamb.Gpu.Golden;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Options that several verbs have, and what they stand for.</summary>
internal static class CommonOptions
{
    /// <summary>Makes the option <c>--device</c>.</summary>
    public static Option<string?> Device(string question) => Choice(
        "--device",
        ["cuda", "opencl", "cpu"],
        $"{question} By default {LambDevice.EnvironmentVariable} decides, else the best there is.");

    /// <summary>Opens the device that an option names.</summary>
    /// <exception cref="UsageException">There is no such kind, or it is not there.</exception>
    public static LambDevice Open(string? name)
    {
        try
        {
            return LambDevice.Open(KindOf(name));
        }
        catch (Exception failure) when (failure is NotSupportedException or ArgumentException)
        {
            throw new UsageException(failure.Message);
        }
    }

    /// <summary>Makes the option <c>--json</c>.</summary>
    /// <param name="form">What the line holds; an object by default.</param>
    public static Option<bool> Json(string form = "an object") => new("--json")
    {
        Description = $"Ends the output with one line of JSON: {form}.",
    };

    /// <summary>Makes an option that takes one of several words.</summary>
    public static Option<string?> Choice(string name, string[] values, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        option.CompletionSources.Add(values);
        return option;
    }

    /// <summary>Makes an option that takes a number within limits, written the same way under every culture.</summary>
    /// <param name="name">Its name, with the dashes.</param>
    /// <param name="usual">What it is where it is not given.</param>
    /// <param name="limits">The least and the most that it takes, both included.</param>
    /// <param name="description">What it is for.</param>
    public static Option<T> Number<T>(string name, T usual, (T Min, T Max) limits, string description)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "number",
            DefaultValueFactory = _ => usual,
            CustomParser = argument => Parse(argument, name, limits),
        };

    /// <summary>Says that the sources, which an option may stand for, were not found.</summary>
    /// <param name="remedy">What to do beside going there.</param>
    public static UsageException NoSources(string remedy) => new(
        $"No folder with {SourceTree.SolutionFile} was found above '{Environment.CurrentDirectory}' or above the "
        + $"program. Run inside the repository, or {remedy}.");

    private static LambDeviceKind? KindOf(string? name) => name?.ToUpperInvariant() switch
    {
        null => null,
        "CUDA" => LambDeviceKind.Cuda,
        "OPENCL" => LambDeviceKind.OpenCL,
        "CPU" => LambDeviceKind.Cpu,
        _ => throw new UsageException($"--device must be cuda, opencl or cpu, was '{name}'."),
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
