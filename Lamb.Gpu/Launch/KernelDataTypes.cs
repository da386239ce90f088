using Lamb.Gpu.Layout;

namespace Lamb.Gpu.Launch;

/// <summary>How the numbers that a kernel streams lie in memory.</summary>
/// <param name="Pair">Weights and gradients.</param>
/// <param name="Moments">Both moments.</param>
/// <param name="KeepsMasters">Whether there is a master copy in float32 of weights of 16 bits.</param>
/// <param name="Rounding">How weights of 16 bits without one are rounded.</param>
internal readonly record struct KernelDataTypes(
    DataTypePair Pair, LambDataType Moments, bool KeepsMasters, LambRounding Rounding)
{
    /// <summary>Gets whether all of them are float32.</summary>
    public bool IsSingle => Pair == default && Moments == LambDataType.Float32;
}
