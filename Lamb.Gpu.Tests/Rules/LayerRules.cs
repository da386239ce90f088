namespace Lamb.Gpu.Tests.Rules;

/// <summary>Folders are layers, and arrows between them run one way.</summary>
[TestClass]
public class LayerRules
{
    private const string Data = "data";
    private const string Facade = "facade";

    // The types at the root that hold values and use nothing; the others at the root may use everything.
    private static readonly Type[] DataTypes =
    [
        typeof(LambDeviceInfo), typeof(LambDeviceKind), typeof(LambOptions), typeof(LambTrustRatio),
        typeof(LambVariable), typeof(LambVariableSpec),
        typeof(LambView), typeof(LambDataType), typeof(LambRounding), typeof(BFloat16),
        typeof(LambConstraint), typeof(ArgumentEquality), typeof(LambBeta),
        typeof(LambDynamicLossScale), typeof(LambLossScale), typeof(LambStateValue),
        typeof(LambWeightDecayMode), typeof(LambTrustRatioScope), typeof(LambBiasCorrection), typeof(LambVariant),
        typeof(LambCheckpointException), typeof(LambCheckpointOptions), typeof(LambCheckpointProgress),
        typeof(LambWeightAccess), typeof(LambLearningRate), typeof(LearningRateSchedule), typeof(ArgumentRules),
        typeof(Listing), typeof(PoolFree), typeof(AcceleratorNames),
        typeof(CosineDecay),
        typeof(CosineDecayRestarts), typeof(ExponentialDecay), typeof(InverseTimeDecay),
        typeof(PiecewiseConstantDecay), typeof(PolynomialDecay),
    ];

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        [Data] = [],
        ["Configuration"] = [Data],
        ["Devices"] = [Data],
        ["Files"] = [Data],
        ["Checkpoints"] = [Data, "Configuration", "Files"],
        ["Layout"] = [Data],
        ["Kernels.Bits"] = [],
        ["Kernels.Formats"] = ["Kernels.Bits"],
        ["Kernels.Packs"] = ["Kernels.Bits", "Kernels.Formats"],
        ["Kernels.Storages"] = ["Kernels.Formats", "Kernels.Packs"],
        ["Kernels"] = ["Layout", "Kernels.Packs"],
        ["Kernels.Workers"] = ["Layout", "Kernels", "Kernels.Formats", "Kernels.Packs", "Kernels.Storages"],
        ["Kernels.Gradients"] = ["Layout", "Kernels", "Kernels.Packs"],
        ["Kernels.Finishes"] = ["Layout", "Kernels"],
        ["Kernels.WeightAccess"] = ["Layout", "Kernels", "Kernels.Packs"],
        ["Kernels.Claims"] = ["Layout", "Kernels"],
        ["Clock"] = [Data, "Layout"],
        ["State"] = [Data, "Layout"],
        ["Launch"] =
        [
            Data, "Layout", "Kernels", "Kernels.Workers", "Kernels.Gradients", "Kernels.Finishes", "Kernels.Claims",
            "Kernels.WeightAccess", "Kernels.Formats", "Kernels.Packs", "Kernels.Storages", "State",
        ],
        [Facade] =
        [
            Data, "Checkpoints", "Clock", "Configuration", "Devices", "Files", "Layout", "Kernels", "State", "Launch",
        ],
    };

    [TestMethod]
    public void ArrowsRunOneWay()
    {
        string[] wrong =
        [
            .. from type in CodeReferences.Types
               where LayerOf(type) != null
               from used in CodeReferences.TypesNamedBy(type)
               where LayerOf(used) is { } layer && layer != LayerOf(type) && !MayUse[LayerOf(type)!].Contains(layer)
               select $"{type.FullName} ({LayerOf(type)}) uses {used.FullName} ({LayerOf(used)})",
        ];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void EveryFolderIsALayer()
    {
        string[] layers = [.. CodeReferences.Types.Select(LayerOf).OfType<string>().Distinct()];
        CollectionAssert.AreEquivalent(MayUse.Keys.ToArray(), layers);
    }

    [TestMethod]
    public void NothingIsPublicBelowTheRoot()
    {
        string[] found =
        [
            .. CodeReferences.Types
                .Where(type => type.IsPublic && type.Namespace != "Lamb.Gpu")
                .Select(type => type.FullName!),
        ];
        Assert.IsEmpty(found, string.Join(", ", found));
    }

    [TestMethod]
    public void KernelsKnowNoAcceleratorAndNoStream()
    {
        string[] found =
        [
            .. from type in CodeReferences.Types
               where LayerOf(type)?.StartsWith("Kernels", StringComparison.Ordinal) == true
               from used in CodeReferences.TypesNamedBy(type)
               where used == typeof(ILGPU.Runtime.Accelerator) || used == typeof(ILGPU.Runtime.AcceleratorStream)
               select $"{type.FullName} uses {used.FullName}",
        ];
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    private static string? LayerOf(Type type)
    {
        Type outermost = type;
        while (outermost.DeclaringType != null)
        {
            outermost = outermost.DeclaringType;
        }

        const string root = "Lamb.Gpu";
        return outermost.Namespace switch
        {
            root => DataTypes.Contains(outermost) ? Data : Facade,
            { } deeper when deeper.StartsWith(root + ".", StringComparison.Ordinal) => deeper[(root.Length + 1)..],
            _ => null,
        };
    }
}
