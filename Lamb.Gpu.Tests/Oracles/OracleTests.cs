using System.Globalization;
using System.Text;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Oracles;

/// <summary>Every preset computes what the library that it is named after has computed.</summary>
[TestClass]
public sealed class OracleTests
{
    private static readonly List<(string Preset, double Error, string What)> Played = [];

    public static IEnumerable<object[]> Rows =>
        from file in Files
        from row in TestDevice.Rows
        select new[] { file, row[0] };

    private static IEnumerable<string> Files => Directory.Exists(OracleFile.Folder)
        ? Directory.EnumerateFiles(OracleFile.Folder, "*.json").Select(path => Path.GetFileName(path)!).Order()
        : [];

    [ClassCleanup]
    public static void Report(TestContext context)
    {
        var text = new StringBuilder("Oracles: the largest error of each preset, in parts of the way of the weights\n");
        foreach (var preset in Played.GroupBy(played => played.Preset))
        {
            var (_, error, what) = preset.MaxBy(played => played.Error);
            text.AppendLine(
                CultureInfo.InvariantCulture, $"  {preset.Key}: {error:0.0e0} of {preset.Count()} runs, in {what}");
        }

        context.DisplayMessage(MessageLevel.Informational, text.ToString());
    }

    [TestMethod]
    public void EveryPresetHasAnOracle()
    {
        // That of Keras are the golden trajectories.
        var held = Files.Select(file => OracleFile.Read(file).Variant).ToHashSet();
        held.Add(LambVariant.Keras);
        LambVariant[] missing = [.. Enum.GetValues<LambVariant>().Except(held)];
        Assert.IsEmpty(missing, $"No file of {OracleFile.Folder} is of: {string.Join(", ", missing)}.");
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ThePresetTakesTheStepsOfTheLibrary(string file, string row)
    {
        OracleFile oracle = OracleFile.Read(file);
        TestDevice device = TestDevice.Open(row);
        using var variables = LambVariables.Allocate(device.Accelerator, [.. oracle.Variables.Select(SpecOf)]);
        using LambOptimizer optimizer = device.Optimizer(variables, oracle.MakeOptions());
        Load(optimizer, oracle.FirstMoments, "momentum");
        Load(optimizer, oracle.SecondMoments, "velocity");
        var comparison = new StepComparison(device, variables, optimizer, oracle.IsSingle);
        comparison.Begin(oracle.Variables.Select(variable => variable.Weights));
        Assert.AreNotEqual(0, oracle.Steps.Count);
        foreach (OracleStep step in oracle.Steps)
        {
            comparison.Step(step.Gradients, step.Weights, step.FirstMoments, step.SecondMoments);
        }

        Played.Add((oracle.Preset, comparison.Worst, $"{file} on {row}"));
    }

    private static LambVariableSpec SpecOf(OracleVariable variable) => new(variable.Name, variable.Shape)
    {
        ExcludeFromWeightDecay = variable.ExcludedFromWeightDecay,
        ExcludeFromTrustRatio = variable.ExcludedFromTrustRatio,
    };

    private static void Load(LambOptimizer optimizer, IReadOnlyList<double[]>? moments, string kind)
    {
        if (moments != null)
        {
            var given = new Queue<double[]>(moments);
            optimizer.LoadState([.. optimizer.SaveState().Select(
                value => value.Name.EndsWith($"_{kind}", StringComparison.Ordinal)
                ? value with { Values = given.Dequeue() }
                : value)]);
        }
    }
}
