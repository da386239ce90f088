using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Golden;

/// <summary>Moves float32 to and from arrays of every storage, rounded by the .NET runtime and not by the
/// library.</summary>
internal static class TypedView
{
    /// <summary>The nearest value that a storage holds, ties to even.</summary>
    public static float Rounded(LambDataType storage, float value) => storage switch
    {
        LambDataType.Float16 => (float)(System.Half)value,
        LambDataType.BFloat16 => (BFloat16)value,
        _ => value,
    };

    /// <summary>Writes values, rounded, and waits.</summary>
    /// <exception cref="InvalidDataException">There are more values than elements, or fewer.</exception>
    public static void Write(LambView array, float[] values, AcceleratorStream stream)
    {
        if (values.Length != array.Length)
        {
            throw new InvalidDataException($"A tensor of {array.Length} elements was given {values.Length} values.");
        }

        switch (array.DataType)
        {
            case LambDataType.Float16:
                // ILGPU's own conversion does not round to the nearest.
                Copy(array.As<Half>(), Array.ConvertAll(values, Rounded), stream);
                break;
            case LambDataType.BFloat16:
                Copy(array.As<BFloat16>(), [.. values.Select(value => (BFloat16)value)], stream);
                break;
            default:
                Copy(array.As<float>(), values, stream);
                break;
        }
    }

    /// <summary>Waits, and reads the values.</summary>
    public static float[] Read(LambView array, AcceleratorStream stream) => array.DataType switch
    {
        LambDataType.Float16 =>
            [.. Read(array.As<Half>().Cast<System.Half>(), stream).Select(value => (float)value)],
        LambDataType.BFloat16 => [.. Read(array.As<BFloat16>(), stream).Select(value => (float)value)],
        _ => Read(array.As<float>(), stream),
    };

    private static Half Rounded(float value) => Unsafe.BitCast<System.Half, Half>((System.Half)value);

    private static void Copy<T>(ArrayView<T> view, T[] values, AcceleratorStream stream)
        where T : unmanaged
    {
        if (values.Length > 0)
        {
            view.CopyFromCPU(stream, values);
            stream.Synchronize();
        }
    }

    private static T[] Read<T>(ArrayView<T> view, AcceleratorStream stream)
        where T : unmanaged
    {
        var values = new T[view.Length];
        if (values.Length > 0)
        {
            view.CopyToCPU(stream, values);
            stream.Synchronize();
        }

        return values;
    }
}
