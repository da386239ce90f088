using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace Lamb.Gpu.Arguments;

/// <summary>Lists what a caller gave or has: a copy of it, or the first of it in an error.</summary>
internal static class Listing
{
    // What a reader takes in: a set may have a million variables, a shape thousands of dimensions.
    private const int Shown = 10;

    /// <summary>Copies what an enumeration gives, whatever its collection says that it counts.</summary>
    public static T[] Copy<T>(IEnumerable<T> given, [CallerArgumentExpression(nameof(given))] string parameter = "")
    {
        ArgumentNullException.ThrowIfNull(given, parameter);
        var copy = new List<T>();
        foreach (T item in given)
        {
            copy.Add(item);
        }

        return [.. copy];
    }

    /// <summary>The first, separated by commas, and how many more there are.</summary>
    public static string Of<T>(IEnumerable<T> all) => Join(", ", all, " and {0} more");

    /// <summary>The first sentences, and how many more there are.</summary>
    public static string Sentences(IEnumerable<string> all) => Join(" ", all, " There are {0} more of the kind.");

    /// <summary>The same in brackets; null is said to be null.</summary>
    public static string Text<T>(IReadOnlyList<T>? list) => list == null ? "null" : $"[{Of(list)}]";

    /// <summary>Tells whether both lists have the same items in the same order, or are both null.</summary>
    public static bool AreEqual<T>(IReadOnlyList<T>? left, IReadOnlyList<T>? right) =>
        ReferenceEquals(left, right) || (left != null && right != null && left.SequenceEqual(right));

    /// <summary>A hash of the count and the first items: equal lists have the same.</summary>
    public static int HashOf<T>(IReadOnlyList<T>? list)
    {
        var hash = default(HashCode);
        hash.Add(list?.Count ?? -1);
        foreach (T item in (list ?? []).Take(Shown))
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    private static string Join<T>(string separator, IEnumerable<T> all, string rest)
    {
        int count = all.Count();
        string first = string.Join(separator, all.Take(Shown).Select(item => FormattableString.Invariant($"{item}")));
        return count <= Shown ? first : first + string.Format(null, rest, count - Shown);
    }
}

/// <summary>Tells accelerators apart in errors: all that are made of one device have the same name.</summary>
internal static class AcceleratorNames
{
    /// <summary>What to call an accelerator that is not the wanted one.</summary>
    public static string Other(Accelerator wanted, Accelerator found) => wanted.Name == found.Name
        ? "a second accelerator of that name, as each LambDevice.Open and each CreateAccelerator makes one"
        : $"'{found.Name}'";
}
