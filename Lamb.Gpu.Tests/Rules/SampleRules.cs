using System.Reflection;
using System.Runtime.CompilerServices;
using Lamb.Gpu.Sample;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>The sample and the player of trajectories do what every caller can do.</summary>
[TestClass]
public class SampleRules
{
    private static readonly Assembly Library = typeof(LambOptimizer).Assembly;

    // The compiler has no way around it: what is not visible cannot be named.
    [TestMethod]
    public void TheLibraryShowsItsInternalsToItsTestsAndItsBenchmarksAlone() => CollectionAssert.AreEquivalent(
        new[] { "ILGPURuntime", "Lamb.Gpu.Bench", "Lamb.Gpu.Tests" },
        Library.GetCustomAttributes<InternalsVisibleToAttribute>().Select(friend => friend.AssemblyName).ToArray());

    [TestMethod]
    public void NoTypeOfTheSampleHasANameThatTheLibraryHasToo()
    {
        string[] both = [.. NamesIn(typeof(Trainer).Assembly).Intersect(NamesIn(Library))];
        Assert.IsEmpty(both, string.Join(", ", both));
    }

    private static IEnumerable<string> NamesIn(Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
        .Where(type => type.Namespace?.StartsWith("Lamb.Gpu", StringComparison.Ordinal) == true)
        .Select(type => type.Name.Split('`')[0]);
}
