using ILGPU;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Kernels;

/// <summary>Everything on the device that the kernels of a step read or write.</summary>
/// <remarks>Weights, gradients and moments are views of float whatever lies there: a worker knows what does.</remarks>
internal struct StepViews
{
    /// <summary>The base view of w.</summary>
    public ArrayView<float> Weights;

    /// <summary>The base view of g.</summary>
    public ArrayView<float> Gradients;

    /// <summary>The arena of master copies of w; any other where none are kept.</summary>
    public ArrayView<float> Masters;

    /// <summary>The arena of m.</summary>
    public ArrayView<float> FirstMoments;

    /// <summary>The arena of v.</summary>
    public ArrayView<float> SecondMoments;

    /// <summary>The arena of accumulated gradients; any other where none are kept.</summary>
    public ArrayView<float> Accumulators;

    /// <summary>The arena of averages of the weights; any other where none are kept.</summary>
    public ArrayView<float> Averages;

    /// <summary>The tiles of this launch.</summary>
    public ArrayView<Tile> Tiles;

    /// <summary>Two sums of each of <see cref="Tiles"/>.</summary>
    public ArrayView<SquareSums<float>> TileSums;

    /// <summary>Σw² of each of <see cref="Tiles"/>, where nobody but the optimizer writes w.</summary>
    public ArrayView<float> WeightSums;

    /// <summary>The tiles of each variable.</summary>
    public ArrayView<TileRange> Ranges;

    /// <summary>What is done with each variable.</summary>
    public ArrayView<VariableFlags> VariableFlags;

    /// <summary>The norms and the trust ratio of each variable.</summary>
    public ArrayView<TrustRatio> TrustRatios;

    /// <summary>The factor that clips all gradients by their norm, then that of each variable.</summary>
    public ArrayView<float> ClipFactors;

    /// <summary>The scalars that the device has decided on.</summary>
    public ArrayView<StepScalars> Scalars;

    /// <summary>The loss scale and its counters, then what the caller sees of them.</summary>
    public ArrayView<LossScaleState> LossScale;

    /// <summary>The scalars of this call: those of the host, or those that the device has decided on.</summary>
    public readonly StepScalars Current(StepScalars given) => given.IsDynamic ? Scalars[0] : given;
}
