using ILGPU;

namespace Lamb.Gpu.Bench.Train.Backend;

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
