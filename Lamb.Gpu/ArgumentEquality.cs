using System.Collections;
using System.Globalization;

namespace Lamb.Gpu;

/// <summary>Compares and shows objects by the arguments that made them, as Keras lists those in a config.</summary>
internal static class ArgumentEquality
{
    private static readonly IEqualityComparer Structure = StructuralComparisons.StructuralEqualityComparer;

    /// <summary>Whether both lists name equal arguments.</summary>
    public static bool AreEqual((string Key, object? Value)[] left, (string Key, object? Value)[] right) =>
        Structure.Equals(left, right);

    /// <summary>A hash of all arguments.</summary>
    public static int HashOf((string Key, object? Value)[] arguments) => Structure.GetHashCode(arguments);

    /// <summary>The type and the arguments, as <c>CosineDecay(initial_learning_rate=0.1, …)</c>.</summary>
    public static string Describe(Type type, (string Key, object? Value)[] arguments) =>
        $"{type.Name}({string.Join(", ", arguments.Select(argument => $"{argument.Key}={Text(argument.Value)}"))})";

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Array items => $"[{string.Join(", ", items.Cast<object>().Select(Text))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
