using System.Globalization;

namespace Lamb.Gpu.Tests;

/// <summary>How much the tests try: a little of everything while one works, all of it where LAMB_THOROUGH says
/// so.</summary>
internal static class Thorough
{
    private const string Variable = "LAMB_THOROUGH";

    /// <summary>Gets how many times as much chance there is as a thorough run has; 0 in a quick run.</summary>
    public static int Times { get; } = Read(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Gets whether everything is tried.</summary>
    public static bool IsOn => Times > 0;

    /// <summary>How many random cases to try.</summary>
    public static int Cases(int quick, int thorough) => IsOn ? Times * thorough : quick;

    /// <summary>A size, or a step of a loop.</summary>
    public static T Choose<T>(T quick, T thorough) => IsOn ? thorough : quick;

    private static int Read(string? given) =>
        string.IsNullOrEmpty(given) ? 0
        : int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out int times) ? times
        : throw new ArgumentException(
            $"{Variable} must be 0, 1, or how many times as many random cases to try, was '{given}'.");
}
