using ILGPU;
using Lamb.Gpu.Arguments;
using Half = ILGPU.Half;

namespace Lamb.Gpu;

/// <summary>Holds a variable to train: its name, its shape, and its weights and gradients on the device.</summary>
public sealed class LambVariable
{
    /// <summary>Creates a variable from weights and gradients that the caller has on a device; they are neither copied
    /// nor owned.</summary>
    /// <param name="name">The name, unique among the variables of an optimizer; it can be used to exclude the variable
    /// from weight decay.</param>
    /// <param name="shape">The size of each dimension, row-major, each 0 or more; an empty shape is a scalar.</param>
    /// <param name="weights">The weights, row-major: a view of float, <see cref="Half"/> or <see cref="BFloat16"/>,
    /// over a buffer of its own or part of a larger one.</param>
    /// <param name="gradients">The gradients, one per weight in the same order, on the same accelerator. Their type may
    /// differ from that of the weights. They are only read.</param>
    /// <exception cref="ArgumentException">
    /// The name is null or empty, the shape is null, a dimension is negative, the shape has more than 2^63 − 1
    /// elements, or a view does not have one element per weight.
    /// </exception>
    public LambVariable(
        string name,
        IReadOnlyList<long> shape,
        LambView weights,
        LambView gradients)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        long[] sizes = Listing.Copy(shape);
        Name = name;
        Length = CountElements(name, sizes);
        Shape = sizes.AsReadOnly();
        WeightView = Checked(weights, nameof(weights));
        GradientView = Checked(gradients, nameof(gradients));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the size of each dimension, row-major; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Gets the number of weights: 1 for a scalar, 0 if a dimension is 0.</summary>
    public long Length { get; }

    /// <summary>Gets the weights on the device in float32, row-major; a step reads and writes them.</summary>
    /// <exception cref="InvalidOperationException">The weights are 16-bit; use <see cref="WeightView"/>.</exception>
    public ArrayView<float> Weights => Singles(WeightView, nameof(WeightView));

    /// <summary>Gets the gradients on the device in float32, in the order of the weights; a step reads them.</summary>
    /// <exception cref="InvalidOperationException">The gradients are 16-bit; use
    /// <see cref="GradientView"/>.</exception>
    public ArrayView<float> Gradients => Singles(GradientView, nameof(GradientView));

    /// <summary>Gets the weights on the device in any data type, row-major.</summary>
    public LambView WeightView { get; }

    /// <summary>Gets the gradients on the device in any data type, in the order of the weights.</summary>
    public LambView GradientView { get; }

    /// <summary>Gets whether the variable is always excluded from weight decay.</summary>
    public bool ExcludeFromWeightDecay { get; init; }

    /// <summary>Gets whether the trust ratio of the variable is always 1, which makes its step η·u, as in
    /// Adam.</summary>
    public bool ExcludeFromTrustRatio { get; init; }

    /// <summary>Gets whether the gradient replaces the weights, unscaled and unclipped; there are no moments.</summary>
    /// <remarks>Keras's overwrite_with_gradient. With accumulation, the largest gradient of the window is
    /// used.</remarks>
    public bool OverwriteWithGradient { get; init; }

    /// <summary>Gets the constraint that is applied to the weights after every step, or null, the default, for
    /// none.</summary>
    /// <remarks>As in Keras, it is not applied to weights that <see cref="OverwriteWithGradient"/> has
    /// replaced.</remarks>
    public LambConstraint? Constraint { get; init; }

    /// <summary>Returns the name and the shape, such as <c>dense/kernel [784, 128]</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";

    /// <summary>The first names, separated by commas, and how many more there are.</summary>
    internal static string NamesOf(IEnumerable<LambVariable> all) =>
        Listing.Of(all.Select(variable => variable.Name));

    internal static long CountElements(string name, IReadOnlyList<long> shape)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Any(size => size < 0))
        {
            throw new ArgumentException(
                $"Variable '{name}': every dimension must be 0 or more, the shape was [{Listing.Of(shape)}].",
                nameof(shape));
        }

        if (shape.Contains(0))
        {
            return 0;
        }

        try
        {
            return shape.Aggregate(1L, (product, size) => checked(product * size));
        }
        catch (OverflowException overflow)
        {
            throw new ArgumentException(
                $"Variable '{name}': the shape [{Listing.Of(shape)}] has more than 2^63 - 1 elements. Cut the variable "
                + "into several.",
                nameof(shape),
                overflow);
        }
    }

    private LambView Checked(LambView array, string what) => array.Length == Length
        ? array
        : throw new ArgumentException(
            $"Variable '{Name}': expected {Length} {what}, one per element of shape "
            + $"[{Listing.Of(Shape)}]; got {array.Length}. Give a view of that many.",
            what);

    private ArrayView<float> Singles(LambView array, string property) => array.DataType == LambDataType.Float32
        ? array.As<float>()
        : throw new InvalidOperationException(
            $"Variable '{Name}' must be float32 for this property, and is {array.DataType}: use {property}.As<…>(), "
            + "which returns the view that it was created with.");
}
