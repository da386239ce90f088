using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Owns every device buffer of an optimizer.</summary>
internal sealed class OptimizerState : IDisposable
{
    private readonly Accelerator accelerator;
    private readonly List<MemoryBuffer> owned = [];

    /// <summary>Allocates the state of <paramref name="variables"/>, zeroed; on failure nothing stays
    /// allocated.</summary>
    public OptimizerState(Accelerator accelerator, IReadOnlyList<LambVariable> variables, TilePlan plan)
    {
        this.accelerator = accelerator;
        Plan = plan;
        try
        {
            FirstMoments = Allocate<float>(plan.Arena.Length);
            SecondMoments = Allocate<float>(plan.Arena.Length);
            Tiles = Upload(Plan.Tiles);
            TileSums = Allocate<SquareSums<float>>(Plan.Tiles.Count);
            Ranges = Upload(Plan.Ranges);
            TrustRatios = Upload(variables.Select(_ => new TrustRatio { Value = 1 }));
            VariableFlags = Allocate<VariableFlags>(variables.Count);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where each variable lies in the moments, and how it is cut into tiles.</summary>
    public TilePlan Plan { get; }

    /// <summary>m.</summary>
    public ArrayView<float> FirstMoments { get; }

    /// <summary>v.</summary>
    public ArrayView<float> SecondMoments { get; }

    /// <summary>The tile table.</summary>
    public ArrayView<Tile> Tiles { get; }

    /// <summary>Σu² and Σw², one pair a tile.</summary>
    public ArrayView<SquareSums<float>> TileSums { get; }

    /// <summary>The tiles of each variable.</summary>
    public ArrayView<TileRange> Ranges { get; }

    /// <summary>The norms and trust ratio of each variable.</summary>
    public ArrayView<TrustRatio> TrustRatios { get; }

    /// <summary>What a step does with each variable.</summary>
    public ArrayView<VariableFlags> VariableFlags { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        owned.ForEach(buffer => buffer.Dispose());
        owned.Clear();
    }

    private ArrayView<T> Upload<T>(IEnumerable<T> values)
        where T : unmanaged
    {
        T[] array = [.. values];
        ArrayView<T> view = Allocate<T>(array.Length);
        view.CopyFromCPU(array);
        return view;
    }

    // A view of no elements still needs a buffer: kernels take its address.
    private ArrayView<T> Allocate<T>(long length)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(Math.Max(length, 1));
        owned.Add(buffer);
        buffer.MemSetToZero();
        return buffer.View.SubView(0, length);
    }
}
