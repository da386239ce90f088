using System.Reflection;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>Whatever is called, in whatever state, throws what its documentation says and nothing else.</summary>
[TestClass]
public sealed class ContractLaws
{
    // What no row can bring about, with where it is tested instead.
    private static readonly HashSet<(string Member, string Exception)> Elsewhere =
    [
        ("SaveCheckpoint", nameof(UnauthorizedAccessException)), // whoever runs the tests may be allowed everything
        ("LoadCheckpoint", nameof(UnauthorizedAccessException)),
        ("SaveKerasState", nameof(UnauthorizedAccessException)),
        ("LoadKerasState", nameof(UnauthorizedAccessException)),
        ("SaveState", nameof(NotSupportedException)), // StateTableTests: the elements do not fit the machine
        ("SaveKerasState", nameof(NotSupportedException)),
        ("SaveCheckpoint", nameof(NotSupportedException)), // LambOptimizerCheckpointTests
        ("LoadCheckpoint", nameof(NotSupportedException)),
        (".ctor", nameof(InsufficientMemoryException)), // AllocationFaultTests
    ];

    public static IEnumerable<object[]> Rows => TestDevice.OpenedRows;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void NothingUndocumentedIsThrownAndWhatIsDocumentedIs(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using var calls = new ContractCalls(device);
        MethodBase[] members = [.. Members()];
        foreach (MethodBase member in members.Where(member => !TouchesTheDevice(member)))
        {
            calls.Try(member);
        }

        calls.TryInStates([.. members.Where(TouchesTheDevice)]);
        TestContext.WriteLine(
            $"{row}: {members.Length} members, {Enum.GetValues<ContractState>().Length} states of two optimizers, "
            + $"{calls.Pairs} pairs of a member and a state, {calls.Count} calls, {calls.Thrown.Count} of which threw "
            + "what is documented");
        string[] unseen =
        [
            .. from member in members
            where member.DeclaringType == typeof(LambOptimizer)
            from documented in DocumentedExceptions.Of(member)
            where !calls.Thrown.Any(seen => documented.IsAssignableFrom(seen.Type)
                && DocumentedExceptions.NameOf(seen.Member) == DocumentedExceptions.NameOf(member))
            where !Elsewhere.Contains((member.Name, documented.Name))
            select $"{DocumentedExceptions.NameOf(member)} documents {documented.Name}, which no row throws",
        ];
        string[] all = [.. calls.Undocumented, .. unseen];
        Assert.IsEmpty(all, string.Join(Environment.NewLine, all));
    }

    [TestMethod]
    public void TheLawSeesWhatIsNotDocumented()
    {
        MethodBase dispose = typeof(LambOptimizer).GetMethod(nameof(LambOptimizer.Dispose))!;
        MethodBase save = typeof(LambOptimizer).GetMethod(nameof(LambOptimizer.SaveState))!;
        Assert.IsEmpty(DocumentedExceptions.Of(dispose));
        Assert.IsTrue(ContractCalls.IsDocumented(save, typeof(ObjectDisposedException)));
        Assert.IsFalse(ContractCalls.IsDocumented(save, typeof(NullReferenceException)));
        Assert.IsFalse(ContractCalls.IsDocumented(dispose, typeof(InvalidOperationException)));
    }

    private static IEnumerable<MethodBase> Members() =>
        from type in typeof(LambOptimizer).Assembly.GetExportedTypes()
        where !type.IsEnum && !type.FullName!.Contains('<', StringComparison.Ordinal)
        from member in type.GetMembers(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly).OfType<MethodBase>()
        where member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly
        where !(member.IsConstructor && type.IsAbstract) && !member.Name.Contains('<', StringComparison.Ordinal)
        orderby DocumentedExceptions.NameOf(member)
        select member;

    private static bool TouchesTheDevice(MethodBase member)
    {
        Type[] types = [typeof(LambOptimizer), typeof(LambVariables), typeof(LambVariable), typeof(LambView)];
        return types.Contains(member.DeclaringType)
            || (member.DeclaringType!.IsAssignableTo(typeof(LambConstraint)) && member.GetParameters().Length > 0
                && !member.IsConstructor);
    }
}
