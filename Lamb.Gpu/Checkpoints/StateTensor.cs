using ILGPU;
using Lamb.Gpu.Files;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Checkpoints;

/// <summary>A tensor of the optimizer, or of its variables, as a checkpoint holds it.</summary>
/// <param name="Name">What it is, and of which variable: <c>first_moment/dense/kernel</c>.</param>
/// <param name="Element">The type of its elements.</param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
/// <param name="Bytes">Where it lies on the device.</param>
internal sealed record StateTensor(
    string Name, TensorElement Element, IReadOnlyList<long> Shape, ArrayView<byte> Bytes)
{
    /// <summary>Takes a view of any type.</summary>
    public static StateTensor Of<T>(string name, TensorElement element, IReadOnlyList<long> shape, ArrayView<T> view)
        where T : unmanaged => new(name, element, shape, view.Length == 0 ? ArrayView<byte>.Empty : view.Cast<byte>());

    /// <summary>Takes an array of any storage.</summary>
    public static StateTensor Of(string name, IReadOnlyList<long> shape, LambView array) => array.DataType switch
    {
        LambDataType.Float16 => Of(name, TensorElement.F16, shape, array.As<Half>()),
        LambDataType.BFloat16 => Of(name, TensorElement.BF16, shape, array.As<BFloat16>()),
        _ => Of(name, TensorElement.F32, shape, array.As<float>()),
    };

    /// <summary>Returns the type and the shape, as <c>F32 [2, 3]</c>, of many dimensions the first alone.</summary>
    public string Describe() => TensorEntry.Describe(Element, Shape);
}
