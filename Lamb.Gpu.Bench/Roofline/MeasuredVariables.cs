using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Bench.Roofline.Shapes;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>The variables of a shape on a device, filled with values.</summary>
internal sealed class MeasuredVariables : IDisposable
{
    private const int PatternLength = 1 << 20;

    private readonly List<MemoryBuffer> buffers = [];

    public MeasuredVariables(Accelerator accelerator, ModelShape shape, DataTypePair storage)
    {
        LambVariableSpec[] specs =
        [
            .. shape.Variables.Select(spec =>
                spec with { WeightDataType = storage.Weights, GradientDataType = storage.Gradients }),
        ];
        Variables = shape.IsScattered
            ? new LambVariables(accelerator, [.. specs.Select(spec => Scattered(accelerator, spec))])
            : LambVariables.Allocate(accelerator, specs);
        Fill(accelerator);
    }

    /// <summary>Gets the variables.</summary>
    public LambVariables Variables { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Variables.Dispose();
        buffers.ForEach(buffer => buffer.Dispose());
    }

    private LambVariable Scattered(Accelerator accelerator, LambVariableSpec spec)
    {
        long length = LambVariable.CountElements(spec.Name, spec.Shape);
        return new LambVariable(spec.Name, spec.Shape, Buffer(spec.WeightDataType), Buffer(spec.GradientDataType));

        LambView Buffer(LambDataType storage) => storage switch
        {
            LambDataType.Float16 => Allocate<ILGPU.Half>(accelerator, length).View,
            LambDataType.BFloat16 => Allocate<BFloat16>(accelerator, length).View,
            _ => Allocate<float>(accelerator, length).View,
        };
    }

    private MemoryBuffer1D<T, Stride1D.Dense> Allocate<T>(Accelerator accelerator, long length)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(length);
        buffers.Add(buffer);
        return buffer;
    }

    // Whole buffers, in long pieces: a copy for each of 20,000 variables would take longer than the measurement.
    private void Fill(Accelerator accelerator)
    {
        float[] pattern =
            [.. Enumerable.Range(0, PatternLength).Select(i => (i * 0x9E3779B9u >> 8) * (1f / 16777216) - 0.5f)];
        IEnumerable<LambView> wholes = Variables
            .SelectMany(variable => new[] { variable.WeightView, variable.GradientView })
            .DistinctBy(array => array.Buffer);
        foreach (LambView whole in wholes)
        {
            byte[] bytes = whole.DataType switch
            {
                LambDataType.Float16 => Bytes(Array.ConvertAll(pattern, value => (System.Half)value)),
                LambDataType.BFloat16 => Bytes(Array.ConvertAll(pattern, value => (BFloat16)value)),
                _ => Bytes(pattern),
            };
            ArrayView<byte> view = whole.Buffer.AsRawArrayView();
            for (long start = 0; start < view.Length; start += bytes.Length)
            {
                long length = Math.Min(bytes.Length, view.Length - start);
                view.SubView(start, length).CopyFromCPU(accelerator.DefaultStream, ref bytes[0], length);
            }
        }

        accelerator.Synchronize();
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
