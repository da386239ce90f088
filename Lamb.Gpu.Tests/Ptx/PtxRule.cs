using System.Text.RegularExpressions;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>What no line of a kernel may have.</summary>
/// <param name="Reason">Why not.</param>
/// <param name="Pattern">What tells such a line, from its operation or directive on.</param>
internal sealed partial record PtxRule(string Reason, Regex Pattern)
{
    /// <summary>Every rule that a line can break by itself.</summary>
    public static IReadOnlyList<PtxRule> All { get; } =
    [
        new("no arithmetic in double: most GPUs have a thirty-second of the units for it, or fewer", Double()),
        new("no atomic addition of floats: its order, and so its result, differs from run to run", Atomic()),
        new("no local memory: what looks like a register is a place in memory", Local()),
        new("no access without a state space: ILGPU no longer sees that it is to global memory", Generic()),
        new("no approximation: quotients, roots and subnormal numbers are those of IEEE 754", Approximate()),
    ];

    /// <summary>The lines that break a rule, with the rule.</summary>
    public static IEnumerable<string> Broken(PtxSource source) =>
        from line in source.Lines.Index()
        let operation = Predicate().Replace(line.Item.Trim(), "")
        from rule in All
        where rule.Pattern.IsMatch(operation)
        select $"{source.Describe(line.Index)} ({rule.Reason})";

    [GeneratedRegex(@"^@!?%p\d+\s+")]
    private static partial Regex Predicate();

    [GeneratedRegex(@"^[^/]*\.f64\b")]
    private static partial Regex Double();

    [GeneratedRegex(@"^(atom|red)\..*\.b?f(16|32|64)")]
    private static partial Regex Atomic();

    [GeneratedRegex(@"^[^/]*(\.local\b|__local_depot)")]
    private static partial Regex Local();

    [GeneratedRegex(@"^(ld|st)\.(?![\w.:]*\b(global|shared|param|const|local)\b)")]
    private static partial Regex Generic();

    [GeneratedRegex(@"^(\w+(\.\w+)*\.(approx|full|ftz)\b|(rsqrt|ex2|lg2|sin|cos|tanh)\.)")]
    private static partial Regex Approximate();
}
