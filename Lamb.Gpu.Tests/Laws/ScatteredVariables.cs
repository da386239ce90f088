using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Variables whose weights and gradients lie in a buffer each, shifted by some elements, with marked
/// margins.</summary>
internal sealed class ScatteredVariables : IDisposable
{
    private const float Mark = 12345;

    private readonly Accelerator accelerator;
    private readonly int shift;
    private readonly List<MemoryBuffer1D<float, Stride1D.Dense>> buffers = [];

    public ScatteredVariables(Accelerator accelerator, long[] lengths, int shift)
    {
        this.accelerator = accelerator;
        this.shift = shift;
        Variables = new LambVariables(accelerator, [.. lengths.Select(
            (length, index) => new LambVariable($"v{index}", [length], View(length), View(length)))]);
    }

    public LambVariables Variables { get; }

    /// <summary>Fails where an element outside of the views has been written.</summary>
    public void AssertMarginsUntouched()
    {
        foreach (MemoryBuffer1D<float, Stride1D.Dense> buffer in buffers)
        {
            float[] all = ((ArrayView<float>)buffer.View).Read(accelerator);
            float[] margins = [.. all[..shift], .. all[^8..]];
            Assert.IsTrue(margins.All(value => value == Mark), "an element beside a view was written");
        }
    }

    public void Dispose()
    {
        Variables.Dispose();
        buffers.ForEach(buffer => buffer.Dispose());
    }

    private ArrayView<float> View(long length)
    {
        var buffer = accelerator.Allocate1D([.. Enumerable.Repeat(Mark, (int)length + shift + 8)]);
        buffers.Add(buffer);
        return buffer.View.SubView(shift, length);
    }
}
