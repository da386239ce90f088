using ILGPU;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Everything on the device that the kernels of a step read or write.</summary>
internal struct StepViews
{
    /// <summary>The base view of w.</summary>
    public ArrayView<float> Weights;

    /// <summary>The base view of g.</summary>
    public ArrayView<float> Gradients;

    /// <summary>The arena of m.</summary>
    public ArrayView<float> FirstMoments;

    /// <summary>The arena of v.</summary>
    public ArrayView<float> SecondMoments;

    /// <summary>The tiles of this launch.</summary>
    public ArrayView<Tile> Tiles;

    /// <summary>Σu² and Σw² of each of <see cref="Tiles"/>.</summary>
    public ArrayView<SquareSums<float>> TileSums;

    /// <summary>What is done with each variable.</summary>
    public ArrayView<VariableFlags> VariableFlags;

    /// <summary>The norms and the trust ratio of each variable.</summary>
    public ArrayView<TrustRatio> TrustRatios;
}
