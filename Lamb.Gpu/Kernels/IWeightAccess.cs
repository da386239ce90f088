using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Kernels;

/// <summary>Where Σ(w − λη·w)² of an update comes from: whoever may write w decides.</summary>
internal interface IWeightAccess
{
    /// <summary>The streams that <see cref="AddDecayed"/> needs.</summary>
    static abstract Streams Reads { get; }

    /// <summary>w before the update, for a decay that needs it; 0 where it is not read, and no decay may.</summary>
    static abstract TPack Before<TPack>(Element<TPack> e)
        where TPack : struct, IPack<TPack>;

    /// <summary>Adds the square of a decayed weight, before the update moves it.</summary>
    static abstract void AddDecayed<TPack>(Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>;

    /// <summary>Σ(w − λη·w)² of a tile, before the update moves it.</summary>
    /// <param name="added">What <see cref="AddDecayed"/> has added.</param>
    /// <param name="index">The index of the tile.</param>
    /// <param name="views">The device.</param>
    /// <param name="k">The scalars, with the flags of the variable.</param>
    static abstract float Decayed(float added, int index, StepViews views, StepScalars k);

    /// <summary>Runs a kernel that writes the weights of a tile.</summary>
    static abstract void Write<TWorker, TKernel>(int index, Tile tile, StepViews views, StepScalars k)
        where TWorker : struct, ITileWorker
        where TKernel : struct, ITileKernel;
}
