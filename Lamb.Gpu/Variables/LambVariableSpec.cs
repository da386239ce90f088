using System.Text;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Describes a variable to allocate: its name and its shape.</summary>
/// <remarks>Two are equal where all they describe is, the sizes of the shape one by one.</remarks>
/// <param name="Name">The name, unique among the variables of an optimizer.</param>
/// <param name="Shape">
/// The size of each dimension, row-major, each 0 or more; no dimension at all makes a scalar.
/// </param>
public sealed record LambVariableSpec(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>Gets whether weight decay always leaves the variable alone.</summary>
    public bool ExcludeFromWeightDecay { get; init; }

    /// <summary>Gets whether the trust ratio of the variable is always 1: its step is η·u, as Adam's is.</summary>
    public bool ExcludeFromTrustRatio { get; init; }

    /// <summary>Gets what is done to the weights after every step, or null for nothing; null by default.</summary>
    /// <remarks>Not applied to what <see cref="OverwriteWithGradient"/> writes, as in Keras: the gradient is the new
    /// value, whatever it is.</remarks>
    public LambConstraint? Constraint { get; init; }

    /// <summary>Gets whether the gradient becomes the new value, unscaled and unclipped; there are no
    /// moments.</summary>
    public bool OverwriteWithGradient { get; init; }

    /// <summary>Gets how the weights lie in memory; float32 by default.</summary>
    public LambDataType WeightDataType { get; init; }

    /// <summary>Gets how the gradients lie in memory; float32 by default.</summary>
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
