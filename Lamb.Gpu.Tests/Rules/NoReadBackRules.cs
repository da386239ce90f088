using System.Reflection;
using ILGPU.Runtime;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>A step neither reads from the device nor waits for it, whatever way its code takes.</summary>
[TestClass]
public class NoReadBackRules
{
    private static readonly string[] Waits =
    [
        "CopyToCPU", "CopyToCPUAsync", "CopyToCPUUnsafe", "CopyToCPUUnsafeAsync", "CopyTo", "CopyToPageLocked",
        "GetAsArray", "GetAsArray1D", "GetRawData", "GetAsPageLockedArray", "Synchronize", "SynchronizeAsync",
        "CopyFromCPU",
    ];

    // What LambWeightAccess.ExclusiveChecked asks for, which is for debugging and says that it waits.
    private const string Check = "RequireUnchanged";

    [TestMethod]
    public void NothingThatAStepCallsReadsBackOrWaits()
    {
        MethodBase step = typeof(LambOptimizer).GetMethod(nameof(LambOptimizer.Step), [])!;
        MethodBase[] reached = Reached(step);
        Assert.IsTrue(reached.Any(method => method.Name == "ApplyUpdate"), "the walk goes through the stages");
        Assert.IsTrue(reached.Any(method => method.Name == "ConstrainNorms"), "and into every constraint");
        Assert.IsTrue(reached.Any(method => method.Name == Check), "and up to the one check that waits, if asked to");
        string[] found = [.. reached.Where(method => method.Name != Check)
            .SelectMany(ReadBacks, (method, call) => $"{method.Name} calls {call}")];
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    public void TheRuleSeesAReadBackWhereThereIsOne()
    {
        MethodBase[] reached = Reached(typeof(LambOptimizer).GetMethod(nameof(LambOptimizer.ReadTrustRatios))!);
        CollectionAssert.IsSubsetOf(
            new[] { "CopyToCPU", "Synchronize" }, reached.SelectMany(ReadBacks).ToArray());
    }

    private static IEnumerable<string> ReadBacks(MethodBase method) =>
        from member in CodeReferences.MembersNamedBy(method)
        where member is MethodBase && member.DeclaringType?.Assembly == typeof(Accelerator).Assembly
        where Waits.Contains(member.Name)
        select member.Name;

    [TestMethod]
    public void OneMethodAloneReachesTheCheckThatWaits()
    {
        string[] callers = [.. CodeReferences.MethodsOf(typeof(KnownWeights))
            .Where(method => CodeReferences.MembersNamedBy(method).Any(member => member.Name == Check))
            .Select(method => method.Name)];
        CollectionAssert.AreEqual(new[] { nameof(KnownWeights.Prepare) }, callers);
    }

    private static MethodBase[] Reached(MethodBase start)
    {
        var reached = new HashSet<MethodBase> { start };
        var pending = new Queue<MethodBase>([start]);
        while (pending.TryDequeue(out MethodBase? method))
        {
            foreach (MethodBase called in MethodsNamedBy(method))
            {
                MethodBase definition = called is MethodInfo { IsGenericMethod: true } generic
                    ? generic.GetGenericMethodDefinition()
                    : called;
                foreach (MethodBase target in OverridesOf(definition).Prepend(definition))
                {
                    if (target.DeclaringType?.Assembly == start.DeclaringType!.Assembly && reached.Add(target))
                    {
                        pending.Enqueue(target);
                    }
                }
            }
        }

        return [.. reached];
    }

    private static IEnumerable<MethodBase> MethodsNamedBy(MethodBase method) => method.Name == Check
        ? []
        : CodeReferences.MembersNamedBy(method).OfType<MethodBase>();

    private static IEnumerable<MethodBase> OverridesOf(MethodBase method) => method is MethodInfo { IsVirtual: true }
        ? CodeReferences.Types.Where(type => type.IsSubclassOf(method.DeclaringType!))
            .SelectMany(CodeReferences.MethodsOf)
            .Where(other => other is MethodInfo info && info.GetBaseDefinition() == method)
        : [];
}
