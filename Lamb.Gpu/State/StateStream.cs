namespace Lamb.Gpu.State;

/// <summary>What an optimizer keeps for each element of its variables.</summary>
/// <remarks>
/// One table: state, views, checkpoints, Keras files and sizes walk it, and kernels alone name its streams. A new one
/// is a line here, a field of StepViews with its line in LambKernels, and its load and store in the workers.
/// </remarks>
/// <param name="Name">What it is called in a checkpoint, before the name of the variable.</param>
/// <param name="KerasName">What it is called in the state of Keras, behind the name of the variable.</param>
/// <param name="Description">What it is, for the error where there is no room for it.</param>
/// <param name="KerasPlace">Where it comes in the state of Keras; streams of one place take turns.</param>
/// <param name="DataType">How it is stored.</param>
/// <param name="IsAllocated">Whether there is one at all.</param>
/// <param name="Has">Whether a variable has one that is saved.</param>
internal sealed record StateStream(
    string Name,
    string KerasName,
    string Description,
    int KerasPlace,
    Func<LambOptions, LambDataType> DataType,
    Func<LambOptions, IReadOnlyList<LambVariable>, bool> IsAllocated,
    Func<LambOptions, LambVariable, bool> Has)
{
    // Keras has no master copies: in its order they come after all that it has.
    private const int BehindKeras = 3;

    /// <summary>m.</summary>
    public static StateStream FirstMoment { get; } = new(
        "first_moment", "momentum", "the first moments", 2,
        options => options.MomentDataType, (_, _) => true, (_, variable) => IsTrained(variable));

    /// <summary>v.</summary>
    public static StateStream SecondMoment { get; } = new(
        "second_moment", "velocity", "the second moments", 2,
        options => options.MomentDataType, (_, _) => true, (_, variable) => IsTrained(variable));

    /// <summary>w̄.</summary>
    public static StateStream Average { get; } = new(
        "average", "average", "the averages", 0,
        _ => LambDataType.Float32,
        (options, _) => options.UseEma,
        (options, variable) => options.UseEma && IsTrained(variable));

    /// <summary>a: the sum of the gradients of a window.</summary>
    /// <remarks>A variable that its gradient overwrites clears its own; moments in float32 have room for one that is
    /// not kept.</remarks>
    public static StateStream Accumulator { get; } = new(
        "accumulator", "gradient_accumulator", "the accumulators", 1,
        _ => LambDataType.Float32,
        (options, variables) => options.GradientAccumulationSteps > 0
            || (options.MomentDataType != LambDataType.Float32 && !variables.All(IsTrained)),
        (options, _) => options.GradientAccumulationSteps > 1);

    /// <summary>w in float32, beside weights in 16 bits.</summary>
    public static StateStream Master { get; } = new(
        "master_weight", "master_weights", "the master weights", BehindKeras,
        _ => LambDataType.Float32,
        (options, variables) => variables.Any(variable => HasMaster(options, variable)),
        HasMaster);

    /// <summary>All of them, in the order of a checkpoint.</summary>
    public static IReadOnlyList<StateStream> All { get; } = [FirstMoment, SecondMoment, Average, Accumulator, Master];

    /// <summary>Gets whether Keras has it too.</summary>
    public bool IsOfKeras => KerasPlace < BehindKeras;

    private static bool IsTrained(LambVariable variable) => !variable.OverwriteWithGradient;

    private static bool HasMaster(LambOptions options, LambVariable variable) =>
        options.MasterWeights && variable.WeightView.DataType != LambDataType.Float32;
}
