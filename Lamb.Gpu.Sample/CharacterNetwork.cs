using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Sample;

/// <summary>Predicts the symbol after a window: embedding, two hidden layers, softmax.</summary>
/// <remarks>
/// Writes the gradients of the mean loss of a batch into <see cref="Variables"/>, where an optimizer finds them. Every
/// gradient is written anew, so nothing needs to be zeroed. Same bits on every run.
/// </remarks>
internal sealed class CharacterNetwork : IDisposable
{
    private readonly BackendKernels kernels;
    private readonly NetworkBuffers buffers;
    private readonly DenseLayer hidden1;
    private readonly DenseLayer hidden2;
    private readonly DenseLayer output;
    private int rows;

    /// <summary>Allocates a network and draws its weights.</summary>
    public CharacterNetwork(
        Accelerator accelerator, NetworkShape shape, int maxRows, Random random, BackendKernels? kernels = null)
    {
        Shape = shape;
        Variables = LambVariables.Allocate(
            accelerator,
            new LambVariableSpec("embedding", [shape.Symbols, shape.Embedding]),
            new LambVariableSpec("hidden1/kernel", [shape.Inputs, shape.Hidden]),
            new LambVariableSpec("hidden1/bias", [shape.Hidden]) { ExcludeFromWeightDecay = true },
            new LambVariableSpec("hidden2/kernel", [shape.Hidden, shape.Hidden]),
            new LambVariableSpec("hidden2/bias", [shape.Hidden]) { ExcludeFromWeightDecay = true },
            new LambVariableSpec("output/kernel", [shape.Hidden, shape.Symbols]),
            new LambVariableSpec("output/bias", [shape.Symbols]) { ExcludeFromWeightDecay = true });
        this.kernels = kernels ?? BackendKernels.Compile(accelerator);
        buffers = new NetworkBuffers(accelerator, shape, maxRows);
        hidden1 = Layer("hidden1");
        hidden2 = Layer("hidden2");
        output = Layer("output");
        DrawWeights(random);
    }

    /// <summary>The sizes.</summary>
    public NetworkShape Shape { get; }

    /// <summary>Weights and gradients.</summary>
    public LambVariables Variables { get; }

    /// <summary>Copies a batch of at most the rows the network was made for to the device.</summary>
    public void Load(Batch batch)
    {
        rows = batch.Rows;
        buffers.Load(batch);
    }

    /// <summary>Computes the loss of every row, and the gradients of their mean with respect to the logits.</summary>
    public void Forward() => Forward(buffers.One.Values);

    /// <summary>The same, all gradients multiplied by a loss scale: one float on the device.</summary>
    public void Forward(ArrayView<float> lossScale) => Forward(1f / rows, lossScale);

    /// <summary>Writes the gradient of the mean loss of what <see cref="Forward()"/> computed.</summary>
    public void Backward()
    {
        Matrix logits = buffers.Logits.FirstRows(rows);
        Matrix inputs = buffers.Inputs.FirstRows(rows);
        Matrix first = buffers.Hidden1.FirstRows(rows), firstGradients = buffers.Hidden1Gradients.FirstRows(rows);
        Matrix second = buffers.Hidden2.FirstRows(rows), secondGradients = buffers.Hidden2Gradients.FirstRows(rows);

        output.WriteGradients(second, logits);
        output.BackwardRelu(logits, second, secondGradients);
        hidden2.WriteGradients(first, secondGradients);
        hidden2.BackwardRelu(secondGradients, first, firstGradients);
        hidden1.WriteGradients(inputs, firstGradients);
        hidden1.Backward(firstGradients, buffers.InputGradients.FirstRows(rows));
        kernels.SumPlaces(buffers.Embedding(Variables["embedding"].Gradients, buffers.InputGradients, rows));
    }

    /// <summary>Waits for the device and reads the sum of the losses in nats.</summary>
    public double ReadLossSum() => NetworkBuffers.Read(buffers.Losses.SubView(0, rows)).Sum(loss => (double)loss);

    /// <summary>Computes what follows the one window that is loaded: a probability for each symbol.</summary>
    public float[] Predict()
    {
        Forward(1, buffers.One.Values);
        return NetworkBuffers.Read(buffers.Logits.Values.SubView(0, Shape.Symbols));
    }

    public void Dispose()
    {
        buffers.Dispose();
        Variables.Dispose();
    }

    private void Forward(float scale, ArrayView<float> lossScale)
    {
        Matrix logits = buffers.Logits.FirstRows(rows);
        kernels.Embed(buffers.Embedding(Variables["embedding"].Weights, buffers.Inputs, rows));
        hidden1.ForwardRelu(buffers.Inputs.FirstRows(rows), buffers.Hidden1.FirstRows(rows));
        hidden2.ForwardRelu(buffers.Hidden1.FirstRows(rows), buffers.Hidden2.FirstRows(rows));
        output.Forward(buffers.Hidden2.FirstRows(rows), logits);
        kernels.Softmax(buffers.Softmax(logits, scale, lossScale));
    }

    private DenseLayer Layer(string name) =>
        new(kernels, Variables[$"{name}/kernel"], Variables[$"{name}/bias"], buffers.One);

    // He et al. 2015 (arXiv:1502.01852): variance 2 / inputs before a ReLU. Biases are drawn too, for LAMB moves a
    // variable in proportion to its norm: one that starts at 0 would stay there for long.
    private void DrawWeights(Random random)
    {
        Draw(Variables["embedding"], 1, random);
        Draw(Variables["hidden1/kernel"], Math.Sqrt(2.0 / Shape.Inputs), random);
        Draw(Variables["hidden2/kernel"], Math.Sqrt(2.0 / Shape.Hidden), random);
        Draw(Variables["output/kernel"], Math.Sqrt(1.0 / Shape.Hidden), random);
        foreach (LambVariable bias in Variables.Where(variable => variable.Shape.Count == 1))
        {
            Draw(bias, 0.1, random);
        }
    }

    private static void Draw(LambVariable variable, double deviation, Random random)
    {
        var weights = new float[variable.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            weights[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        variable.Weights.CopyFromCPU(weights);
    }
}

/// <summary>The sizes of a character network.</summary>
/// <param name="Symbols">The size of the vocabulary.</param>
/// <param name="Window">How many symbols the network sees.</param>
/// <param name="Embedding">The floats that stand for one symbol.</param>
/// <param name="Hidden">The width of both hidden layers.</param>
internal sealed record NetworkShape(int Symbols, int Window, int Embedding, int Hidden)
{
    /// <summary>The floats that stand for one window.</summary>
    public int Inputs => Window * Embedding;
}

/// <summary>A layer x ↦ x · W + b, and its way back.</summary>
internal sealed class DenseLayer(BackendKernels kernels, LambVariable kernel, LambVariable bias, Matrix one)
{
    private readonly Matrix weights = MatrixOf(kernel, kernel.Weights);
    private readonly Matrix weightGradients = MatrixOf(kernel, kernel.Gradients);
    private readonly Matrix biasGradients = Matrix.RowMajor(bias.Gradients, 1, (int)bias.Length);

    /// <summary>y = x · W + b.</summary>
    public void Forward(Matrix inputs, Matrix outputs) => kernels.MultiplyAddBias(
        inputs, weights, Matrix.RepeatedRow(bias.Weights, outputs.Rows), outputs);

    /// <summary>y = max(0, x · W + b).</summary>
    public void ForwardRelu(Matrix inputs, Matrix outputs) => kernels.MultiplyAddBiasRelu(
        inputs, weights, Matrix.RepeatedRow(bias.Weights, outputs.Rows), outputs);

    /// <summary>∂W = xᵀ · ∂y and ∂b = Σ ∂y, which is the product of a row of ones with ∂y.</summary>
    public void WriteGradients(Matrix inputs, Matrix outputGradients)
    {
        kernels.Multiply(inputs.Transposed(), outputGradients, weightGradients);
        kernels.Multiply(OnesRow(outputGradients.Rows), outputGradients, biasGradients);
    }

    /// <summary>∂x = ∂y · Wᵀ.</summary>
    public void Backward(Matrix outputGradients, Matrix inputGradients) =>
        kernels.Multiply(outputGradients, weights.Transposed(), inputGradients);

    /// <summary>∂x = ∂y · Wᵀ where x, an activation, is positive.</summary>
    public void BackwardRelu(Matrix outputGradients, Matrix inputs, Matrix inputGradients) =>
        kernels.MultiplyMaskByRelu(outputGradients, weights.Transposed(), inputs, inputGradients);

    private static Matrix MatrixOf(LambVariable variable, ArrayView<float> values) =>
        Matrix.RowMajor(values, (int)variable.Shape[0], (int)variable.Shape[1]);

    private Matrix OnesRow(int columns) => new(one.Values, 1, columns, 0, 0);
}
