using ILGPU;
using ILGPU.Runtime;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>The table of how to call a member: what is given for a parameter of each type, good values first.</summary>
internal sealed class ContractArguments(ContractFixture fixture)
{
    private const long Huge = 1L << 62;

    // Another accelerator of the same name; it lives as long as the process.
    private static readonly Lazy<LambDevice> Other = new(() => LambDevice.Open(LambDeviceKind.Cpu));

    private static readonly Lazy<AcceleratorStream> OtherStream = new(() => Other.Value.Accelerator.CreateStream());

    private readonly LambVariable a = fixture.Variables["a"];
    private readonly LambVariable stranger = new("stranger", [0], default, default);

    /// <summary>The objects whose members are called.</summary>
    public object?[] Instances(Type type) => type == typeof(LambOptimizer) ? [fixture.Optimizer]
        : type == typeof(LambConstraint) || type == typeof(NormConstraint) ? Values(type)
        : [.. Values(type).Where(value => value != null)];

    /// <summary>What a parameter is given.</summary>
    public object?[] Values(Type type, string name = "") => type switch
    {
        _ when type == typeof(string) => Texts(name),
        _ when Nullable.GetUnderlyingType(type) is { } inner => [.. Values(inner, name), null],
        _ when type == typeof(LambDeviceKind) => [LambDeviceKind.Cpu, (LambDeviceKind)9],
        _ when type.IsEnum => [.. Enum.GetValues(type).Cast<object>(), Enum.ToObject(type, 99)],
        _ when type == typeof(object) => [null, "x", 1, a.WeightView],
        _ when type == typeof(bool) => [false, true],
        _ when type == typeof(double) => [0.5, 0d, -1d, double.NaN, double.PositiveInfinity, 1e300],
        _ when type == typeof(float) => [0.5f, float.NaN, float.NegativeInfinity],
        _ when type == typeof(int) => [0, 2, -1, int.MaxValue],
        _ when type == typeof(long) => [0L, 5L, -1L, long.MaxValue],
        _ when type == typeof(ushort) => [(ushort)1, ushort.MaxValue],
        _ when type == typeof(Func<double>) => [(Func<double>)(() => 0.1), null],
        _ when type == typeof(Exception) => [new TimeoutException(), null],
        _ when type == typeof(CancellationToken) => [default(CancellationToken), new CancellationToken(true)],
        _ when type == typeof(IProgress<LambCheckpointProgress>) => [null],
        _ => OfDevice(type) ?? OfLists(type) ?? OfOptions(type)
            ?? throw new AssertFailedException($"The table has nothing for a parameter of type {type}: add it."),
    };

    private object?[] Texts(string name) => name switch
    {
        "path" => [fixture.GoodCheckpoint, fixture.GoodKeras, fixture["none"], fixture["no/folder"], "", null,
            AppContext.BaseDirectory, "a\0b"],
        "json" => ["{}", new LambOptions().ToJson(), "", "[", "{\"beta_1\": 2}", "\"\ud800\"", null],
        _ => ["a", "c/d", "", " ", "\ud800", null],
    };

    private object?[]? OfDevice(Type type) => type switch
    {
        _ when type == typeof(Accelerator) => [fixture.Variables.Accelerator, Other.Value.Accelerator, null],
        _ when type == typeof(AcceleratorStream) => [fixture.Stream, OtherStream.Value, null],
        _ when type == typeof(LambDevice) => [LambDevice.Open(LambDeviceKind.Cpu)],
        _ when type == typeof(LambVariables) => [fixture.Variables, null],
        _ when type == typeof(LambVariable) => [a, .. fixture.Variables, stranger, Deep(), null],
        _ when type == typeof(LambView) => [a.WeightView, default(LambView), fixture.Variables["b"].WeightView],
        _ when type == typeof(ArrayView<float>) => [fixture.Variables["b"].Weights, default(ArrayView<float>)],
        _ when type == typeof(ArrayView<Half>) => [default(ArrayView<Half>)],
        _ when type == typeof(ArrayView<BFloat16>) => [default(ArrayView<BFloat16>)],
        _ when type == typeof(ArrayView1D<float, Stride1D.Dense>) => [default(ArrayView1D<float, Stride1D.Dense>)],
        _ when type == typeof(ArrayView1D<Half, Stride1D.Dense>) => [default(ArrayView1D<Half, Stride1D.Dense>)],
        _ when type == typeof(ArrayView1D<BFloat16, Stride1D.Dense>) =>
            [default(ArrayView1D<BFloat16, Stride1D.Dense>)],
        _ => null,
    };

    private object?[]? OfLists(Type type) => type switch
    {
        _ when type == typeof(IEnumerable<string>) =>
            [null, new[] { "a" }, new[] { "nothing" }, new[] { "(" }, new string?[] { null }],
        _ when type == typeof(IReadOnlyList<long>) =>
            [new long[] { 2, 3 }, new long[] { 6 }, Array.Empty<long>(), null, new long[] { -1 },
                new[] { Huge, Huge }, new long[] { 0, Huge, Huge }, Enumerable.Repeat(2L, 4000).ToArray(),
                new LyingList<long>(1, 2, 3), new LyingList<long>(3, 2, 3)],
        _ when type == typeof(IReadOnlyList<double>) =>
            [new[] { 1d, 2 }, new[] { 1d }, Array.Empty<double>(), null, new[] { double.NaN },
                new LyingList<double>(0, 1, 2), new LyingList<double>(9, 1, 2)],
        _ when type == typeof(IReadOnlyList<int>) =>
            [new[] { 0 }, Array.Empty<int>(), null, new[] { 5 }, new[] { 0, 0 }, new[] { int.MinValue },
                new LyingList<int>(0, 0, 1), new LyingList<int>(5, 0)],
        _ when type == typeof(IReadOnlyList<LambVariableSpec>) => Specs(),
        _ when type == typeof(IReadOnlyList<LambStateValue>) => States(),
        _ when type.IsAssignableFrom(typeof(LyingList<LambVariable>)) =>
            [Array.Empty<LambVariable>(), new[] { a }, fixture.Variables.ToArray(), new LambVariable?[] { null },
                new[] { stranger }, new LyingList<LambVariable>(0, a), new LyingList<LambVariable>(7, a), null],
        _ => null,
    };

    private object?[]? OfOptions(Type type) => type switch
    {
        _ when type == typeof(LambOptions) =>
            [new LambOptions(), null, ContractFixture.Rich, new LambOptions { Beta1 = 1.5, Name = null! },
                new LambOptions { WeightAccess = LambWeightAccess.Exclusive },
                new LambOptions { LearningRate = LambLearningRate.FromFunc(() => 0.1) }],
        _ when type == typeof(LambCheckpointOptions) =>
            [null, new LambCheckpointOptions(), new LambCheckpointOptions { IncludeWeights = false }],
        _ when type == typeof(LambDynamicLossScale) => [new LambDynamicLossScale(), null],
        _ when type == typeof(LambVariableSpec) => [new LambVariableSpec("a", [1]), new LambVariableSpec(null!, null!)],
        _ when type == typeof(LambStateValue) =>
            [new LambStateValue("a", [1], [1]), new LambStateValue(null!, null!, null!)],
        _ when type == typeof(LambDeviceInfo) => [new LambDeviceInfo(LambDeviceKind.Cpu, null, 0, 0, null), null],
        _ when type == typeof(LambLearningRate) =>
            [(LambLearningRate)0.1, default(LambLearningRate), (LambLearningRate)double.NaN,
                (LambLearningRate)new CosineDecay(0.1, 9), LambLearningRate.FromFunc(() => 0.1),
                (LambLearningRate)new CosineDecayRestarts(0.1, 1e-300, 0.1)],
        _ when type == typeof(LambBeta) => [(LambBeta)0.9, default(LambBeta), LambBeta.FromFunc(() => 0.1)],
        _ when type.IsAssignableTo(typeof(LearningRateSchedule)) =>
            [.. Schedules().Where(each => type.IsInstanceOfType(each)), null],
        _ when type.IsAssignableTo(typeof(LambConstraint)) =>
            [.. Constraints().Where(each => type.IsInstanceOfType(each))],
        _ when type == typeof(LambCheckpointException) => [new LambCheckpointException()],
        _ when type.IsValueType && type.Namespace == "Lamb.Gpu" => [Activator.CreateInstance(type)],
        _ => null,
    };

    private LambVariable Deep() => new(
        "deep",
        Enumerable.Repeat(1L, 4000).ToArray(),
        fixture.Variables["b"].Weights.SubView(0, 1),
        fixture.Variables["b"].Gradients.SubView(0, 1));

    private static object?[] Specs()
    {
        LambVariableSpec good = new("a", [2]), also = new("b", [3]) { WeightDataType = LambDataType.Float16 };
        LambVariableSpec[][] lists =
        [
            [good, also], [], [good, good], [null!], [new(null!, [1])], [new("", [1])], [new("a", null!)],
            [new("a", [-1])], [new("a", [Huge, Huge])], [new("a", [1L << 45])], [.. Enumerable.Repeat(good, 3)],
            [good with { WeightDataType = (LambDataType)9 }], [new("a", [.. Enumerable.Repeat(1L, 4000)])],
            [new("a", new LyingList<long>(1, 2, 3))],
        ];
        LyingList<LambVariableSpec> longer = new(0, good, also), shorter = new(9, good);
        return [.. lists, longer, shorter, null];
    }

    private object?[] States()
    {
        LambStateValue[] good = [.. fixture.Saved];
        LambStateValue longer = good[^1] with { Values = new LyingList<double>(good[^1].Values.Count, new double[99]) };
        LambStateValue shorter = good[^1] with { Values = new LyingList<double>(good[^1].Values.Count) };
        return
        [
            good, Array.Empty<LambStateValue>(), null, new LambStateValue?[] { null }, good[..^1],
            good[..^1].Append(longer).ToArray(), good[..^1].Append(shorter).ToArray(),
            new LyingList<LambStateValue>(1, good), good.Append(good[0]).ToArray(),
            good.Select(value => value with { Name = null! }).ToArray(),
            good.Select(value => value with { Shape = [9] }).ToArray(),
        ];
    }

    private static LearningRateSchedule[] Schedules() =>
    [
        new CosineDecay(0.1, 10), new CosineDecayRestarts(0.1, 10), new ExponentialDecay(0.1, 10, 0.5),
        new InverseTimeDecay(0.1, 10, 0.5), new PiecewiseConstantDecay([1], [1, 2]), new PolynomialDecay(0.1, 10),
    ];

    private static LambConstraint[] Constraints() =>
    [
        new MaxNormConstraint(), new MinMaxNormConstraint(), new UnitNormConstraint(3), new NonNegativeConstraint(),
    ];
}
