using System.Text;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Describes a variable to allocate: its name and its shape.</summary>
/// <remarks>Two are equal if all their properties are, including the sizes of their shapes.</remarks>
/// <param name="Name">The name, unique among the variables of an optimizer.</param>
/// <param name="Shape">
/// The size of each dimension, row-major, each 0 or more; an empty shape is a scalar.
/// </param>
public sealed record LambVariableSpec(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Gets whether the variable is always excluded from weight decay.</summary>
    public bool ExcludeFromWeightDecay { get; init; }

    /// <summary>Gets whether the trust ratio of the variable is always 1, which makes its step η·u, as in
    /// Adam.</summary>
    public bool ExcludeFromTrustRatio { get; init; }

    /// <summary>Gets the constraint that is applied to the weights after every step, or null, the default, for
    /// none.</summary>
    /// <remarks>As in Keras, it is not applied to weights that <see cref="OverwriteWithGradient"/> has
    /// replaced.</remarks>
    public LambConstraint? Constraint { get; init; }

    /// <summary>Gets whether the gradient replaces the weights, unscaled and unclipped; there are no moments.</summary>
    public bool OverwriteWithGradient { get; init; }

    /// <summary>Gets the data type of the weights; float32 by default.</summary>
    public LambDataType WeightDataType { get; init; }

    /// <summary>Gets the data type of the gradients; float32 by default.</summary>
    public LambDataType GradientDataType { get; init; }

    /// <inheritdoc/>
    public bool Equals(LambVariableSpec? other) => ReferenceEquals(this, other)
        || (other != null && Listing.AreEqual(Shape, other.Shape) && Rest.Equals(other.Rest));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rest, Listing.HashOf(Shape));

    private (string, bool, bool, bool, LambConstraint?, LambDataType, LambDataType) Rest => (
        Name, ExcludeFromWeightDecay, ExcludeFromTrustRatio, OverwriteWithGradient, Constraint, WeightDataType,
        GradientDataType);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(FormattableString.Invariant(
            $"{nameof(Name)} = {Name}, {nameof(Shape)} = {Listing.Text(Shape)}, "))
            .Append(FormattableString.Invariant(
            $"{nameof(ExcludeFromWeightDecay)} = {ExcludeFromWeightDecay}, "))
            .Append(FormattableString.Invariant($"{nameof(ExcludeFromTrustRatio)} = {ExcludeFromTrustRatio}, "))
            .Append(FormattableString.Invariant($"{nameof(Constraint)} = {Constraint}, "))
            .Append(FormattableString.Invariant($"{nameof(OverwriteWithGradient)} = {OverwriteWithGradient}, "))
            .Append(FormattableString.Invariant($"{nameof(WeightDataType)} = {WeightDataType}, "))
            .Append(FormattableString.Invariant($"{nameof(GradientDataType)} = {GradientDataType}"));
        return true;
    }
}
