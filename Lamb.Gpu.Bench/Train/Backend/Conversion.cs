using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>What a conversion reads and writes: as many numbers of one storage as of the other.</summary>
internal readonly struct Conversion(LambView from, LambView to)
{
    public readonly ArrayView<float> From = from.WholeBuffer;
    public readonly ArrayView<float> To = to.WholeBuffer;

    /// <summary>The first number in <see cref="From"/>, counted in numbers of its storage.</summary>
    public readonly long FromIndex = from.Index;

    /// <summary>The first number in <see cref="To"/>, counted in numbers of its storage.</summary>
    public readonly long ToIndex = to.Index;

    /// <summary>How many there are.</summary>
    public readonly int Length = (int)to.Length;
}
