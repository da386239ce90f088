using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Sample;

/// <summary>The memory of a network beside its variables: batch, activations and their gradients.</summary>
internal sealed class NetworkBuffers : IDisposable
{
    private readonly List<MemoryBuffer> owned = [];
    private readonly NetworkShape shape;
    private readonly ArrayView<int> symbols;
    private readonly ArrayView<int> targets;
    private readonly ArrayView<int> placesBySymbol;
    private readonly ArrayView<int> starts;

    /// <summary>Allocates for batches of at most so many rows.</summary>
    public NetworkBuffers(Accelerator accelerator, NetworkShape shape, int maxRows)
    {
        this.shape = shape;
        symbols = Allocate<int>(accelerator, maxRows * shape.Window);
        targets = Allocate<int>(accelerator, maxRows);
        placesBySymbol = Allocate<int>(accelerator, maxRows * shape.Window);
        starts = Allocate<int>(accelerator, shape.Symbols + 1);
        Losses = Allocate<float>(accelerator, maxRows);
        One = Matrix.RowMajor(Allocate<float>(accelerator, 1), 1, 1);
        One.Values.CopyFromCPU([1f]);
        Inputs = AllocateMatrix(accelerator, maxRows, shape.Inputs);
        InputGradients = AllocateMatrix(accelerator, maxRows, shape.Inputs);
        Hidden1 = AllocateMatrix(accelerator, maxRows, shape.Hidden);
        Hidden1Gradients = AllocateMatrix(accelerator, maxRows, shape.Hidden);
        Hidden2 = AllocateMatrix(accelerator, maxRows, shape.Hidden);
        Hidden2Gradients = AllocateMatrix(accelerator, maxRows, shape.Hidden);
        Logits = AllocateMatrix(accelerator, maxRows, shape.Symbols);
    }

    /// <summary>A matrix of one element, 1.</summary>
    public Matrix One { get; }

    /// <summary>The embedded windows, one a row.</summary>
    public Matrix Inputs { get; }

    /// <summary>The gradients of <see cref="Inputs"/>.</summary>
    public Matrix InputGradients { get; }

    /// <summary>The activations of the first hidden layer.</summary>
    public Matrix Hidden1 { get; }

    /// <summary>The gradients before the first hidden layer's activation.</summary>
    public Matrix Hidden1Gradients { get; }

    /// <summary>The activations of the second hidden layer.</summary>
    public Matrix Hidden2 { get; }

    /// <summary>The gradients before the second hidden layer's activation.</summary>
    public Matrix Hidden2Gradients { get; }

    /// <summary>The logits, and after the softmax their gradients.</summary>
    public Matrix Logits { get; }

    /// <summary>The loss of each row.</summary>
    public ArrayView<float> Losses { get; }

    /// <summary>Copies views to the host.</summary>
    public static float[] Read(ArrayView<float> view)
    {
        var values = new float[view.Length];
        view.CopyToCPU(values);
        return values;
    }

    /// <summary>Copies a batch to the device.</summary>
    public void Load(Batch batch)
    {
        symbols.SubView(0, batch.Symbols.Length).CopyFromCPU(batch.Symbols);
        targets.SubView(0, batch.Rows).CopyFromCPU(batch.Targets);
        placesBySymbol.SubView(0, batch.Symbols.Length).CopyFromCPU(batch.PlacesBySymbol);
        starts.CopyFromCPU(batch.Starts);
    }

    /// <summary>What the embedding kernels need: a table, and windows seen as one row a place.</summary>
    public EmbeddingViews Embedding(ArrayView<float> table, Matrix windows, int rows) => new()
    {
        Table = Matrix.RowMajor(table, shape.Symbols, shape.Embedding),
        Places = Matrix.RowMajor(windows.Values, rows * shape.Window, shape.Embedding),
        Symbols = symbols,
        PlacesBySymbol = placesBySymbol,
        Starts = starts,
    };

    /// <summary>What the softmax kernel needs.</summary>
    public SoftmaxViews Softmax(Matrix logits, float scale, ArrayView<float> lossScale) => new()
    {
        Logits = logits,
        Targets = targets,
        Losses = Losses,
        Scale = scale,
        LossScale = lossScale,
    };

    public void Dispose()
    {
        owned.ForEach(buffer => buffer.Dispose());
    }

    private Matrix AllocateMatrix(Accelerator accelerator, int rows, int columns) =>
        Matrix.RowMajor(Allocate<float>(accelerator, rows * columns), rows, columns);

    private ArrayView<T> Allocate<T>(Accelerator accelerator, int length)
        where T : unmanaged
    {
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(length);
        owned.Add(buffer);
        return buffer.View;
    }
}
