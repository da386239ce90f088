using System.Text;
using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Holds one variable of the optimizer's state, under Keras's name.</summary>
/// <remarks>Two are equal if their names, shapes and values are, item by item.</remarks>
/// <param name="Name">
/// <c>iteration</c>, <c>learning_rate</c>, <c>step_counter</c>, <c>dynamic_scale</c>, or the name of a variable
/// with <c>_average</c>, <c>_gradient_accumulator</c>, <c>_momentum</c> or <c>_velocity</c>: with <c>_</c> for
/// <c>/</c> as in Keras, but unchanged if two variables would get the same name, like <c>a/b</c> and <c>a_b</c>.
/// When a state is loaded, the index in the list (<c>"0"</c>, <c>"1"</c>, …) is accepted too, which is the only
/// name that Keras saves. Names may repeat: with a dynamic loss scale the first two occur twice, for the wrapper
/// and for the optimizer.
/// </param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
/// <param name="Values">The values, row-major.</param>
public sealed record LambStateValue(string Name, IReadOnlyList<long> Shape, IReadOnlyList<double> Values)
{
    /// <summary>The largest count that is saved or loaded: up to it a double holds every whole number.</summary>
    internal const long LargestCount = 1L << 53;

    /// <inheritdoc/>
    public bool Equals(LambStateValue? other) => ReferenceEquals(this, other)
        || (other != null && Name == other.Name && Listing.AreEqual(Shape, other.Shape)
            && Listing.AreEqual(Values, other.Values));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Listing.HashOf(Shape), Listing.HashOf(Values));

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(FormattableString.Invariant(
            $"{nameof(Name)} = {Name}, {nameof(Shape)} = {Listing.Text(Shape)}, "))
            .Append(FormattableString.Invariant($"{nameof(Values)} = {Listing.Text(Values)}"));
        return true;
    }
}
