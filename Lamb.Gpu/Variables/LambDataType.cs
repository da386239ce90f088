namespace Lamb.Gpu;

/// <summary>Names how numbers are stored. All arithmetic is in float32 in any case.</summary>
public enum LambDataType
{
    /// <summary>32 bits: <see cref="float"/>.</summary>
    Float32,

    /// <summary>16 bits, 5 of them exponent: <see cref="ILGPU.Half"/>; at most 65504, steps of 6e-8 near 0.</summary>
    Float16,

    /// <summary>16 bits, 8 of them exponent: <see cref="Lamb.Gpu.BFloat16"/>; the range of float32, 2 to 3
    /// digits.</summary>
    BFloat16,
}
