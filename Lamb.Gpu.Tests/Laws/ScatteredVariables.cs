using ILGPU;
using ILGPU.Runtime;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Variables of any storage whose weights and gradients lie in a buffer each, shifted by some elements, with
/// marked margins.</summary>
internal sealed class ScatteredVariables : IDisposable
{
    private const byte Mark = 0x5A;
    private const int Margin = 8;

    private readonly Accelerator accelerator;
    private readonly int shift;
    private readonly List<(MemoryBuffer1D<byte, Stride1D.Dense> Buffer, int ElementSize)> buffers = [];

    public ScatteredVariables(Accelerator accelerator, long[] lengths, int shift)
        : this(accelerator, [.. lengths.Select((length, i) => new LambVariableSpec($"v{i}", [length]))], shift)
    {
    }

    public ScatteredVariables(Accelerator accelerator, IReadOnlyList<LambVariableSpec> specs, int shift)
    {
        this.accelerator = accelerator;
        this.shift = shift;
        Variables = new LambVariables(accelerator, [.. specs.Select(spec => new LambVariable(
            spec.Name, spec.Shape, Array(spec.WeightDataType, spec), Array(spec.GradientDataType, spec))
        {
            Constraint = spec.Constraint,
            ExcludeFromTrustRatio = spec.ExcludeFromTrustRatio,
            ExcludeFromWeightDecay = spec.ExcludeFromWeightDecay,
            OverwriteWithGradient = spec.OverwriteWithGradient,
        })]);
    }

    public LambVariables Variables { get; }

    /// <summary>Fails where an element outside of the views has been written.</summary>
    public void AssertMarginsUntouched()
    {
        accelerator.Synchronize();
        foreach ((MemoryBuffer1D<byte, Stride1D.Dense> buffer, int size) in buffers)
        {
            byte[] all = buffer.GetAsArray1D();
            byte[] margins = [.. all[..(shift * size)], .. all[^(Margin * size)..]];
            Assert.IsTrue(margins.All(value => value == Mark), "an element beside a view was written");
        }
    }

    public void Dispose()
    {
        Variables.Dispose();
        buffers.ForEach(each => each.Buffer.Dispose());
    }

    private LambView Array(LambDataType storage, LambVariableSpec spec)
    {
        long length = spec.Shape.Aggregate(1L, (product, size) => product * size);
        return storage switch
        {
            LambDataType.Float16 => View<Half>(length),
            LambDataType.BFloat16 => View<BFloat16>(length),
            _ => View<float>(length),
        };
    }

    private ArrayView<T> View<T>(long length)
        where T : unmanaged
    {
        int size = Interop.SizeOf<T>();
        var buffer = accelerator.Allocate1D([.. Enumerable.Repeat(Mark, ((int)length + shift + Margin) * size)]);
        buffers.Add((buffer, size));
        ArrayView<byte> bytes = buffer.View;
        return bytes.Cast<T>().SubView(shift, length);
    }
}
