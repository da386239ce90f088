using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Arguments;

/// <summary>Collects the rules that arguments break, and throws them together.</summary>
internal sealed class ArgumentRules
{
    private readonly List<string> broken = [];

    public ArgumentRules Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(double.IsFinite(value), name, "be finite", value);

    /// <summary>Requires what the device computes with: a number that float32 holds.</summary>
    public ArgumentRules FiniteInSingle(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Finite(value, name).Require(
            !double.IsFinite(value) || float.IsFinite((float)value), name, "be finite in float32", value);

    public ArgumentRules Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value > 0 && double.IsFinite(value), name, "be finite and greater than 0", value);

    public ArgumentRules NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        Require(value >= 0 && double.IsFinite(value), name, "be finite and not negative", value);

    /// <summary>Requires one of the names of an enumeration.</summary>
    public ArgumentRules Defined<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "")
        where T : struct, Enum =>
        Require(Enum.IsDefined(value), name, $"be one of {string.Join(", ", Enum.GetNames<T>())}", value);

    /// <summary>Requires an upper limit that is above 0 and not below the lower one; it may be infinite.</summary>
    public ArgumentRules Limit(
        double minimum,
        double maximum,
        [CallerArgumentExpression(nameof(minimum))] string lower = "",
        [CallerArgumentExpression(nameof(maximum))] string name = "") =>
        FiniteInSingle(double.IsFinite(minimum) ? minimum : 0, lower)
            .Require((float)maximum > 0, name, "be greater than 0 in float32", maximum)
            .Require(
                !((float)maximum > 0) || !double.IsFinite(minimum) || maximum >= minimum,
                name,
                $"not be less than {lower} = {minimum.ToString(CultureInfo.InvariantCulture)}",
                maximum);

    public ArgumentRules Require(bool holds, string name, string must, object found)
    {
        if (!holds)
        {
            broken.Add($"{name} must {must}, was {Convert.ToString(found, CultureInfo.InvariantCulture)}.");
        }

        return this;
    }

    /// <summary>Throws where a rule is broken; Keras opens a name scope with the name, which takes no slash.</summary>
    public void Throw(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Require(!name.Contains('/', StringComparison.Ordinal), "Name", "not contain '/'", $"'{name}'").Throw();
    }

    /// <summary>Throws where arguments that are right in themselves break a rule of what is done with them.</summary>
    public void ThrowNotSupported(string remedy)
    {
        if (broken.Count > 0)
        {
            throw new NotSupportedException($"{string.Join(' ', broken)} {remedy}");
        }
    }

    /// <summary>Throws where a rule is broken.</summary>
    public void Throw()
    {
        if (broken.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', broken));
        }
    }
}

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
