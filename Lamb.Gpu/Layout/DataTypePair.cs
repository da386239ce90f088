namespace Lamb.Gpu.Layout;

/// <summary>How the weights and the gradients of a variable lie in memory: one form of a kernel serves all that are
/// alike.</summary>
/// <param name="Weights">Of the weights.</param>
/// <param name="Gradients">Of the gradients.</param>
internal readonly record struct DataTypePair(LambDataType Weights, LambDataType Gradients)
{
    /// <summary>That of a variable.</summary>
    public static DataTypePair Of(LambVariable variable) =>
        new(variable.WeightView.DataType, variable.GradientView.DataType);
}
