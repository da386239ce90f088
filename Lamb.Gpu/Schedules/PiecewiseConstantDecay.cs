using Lamb.Gpu.Arguments;

namespace Lamb.Gpu;

/// <summary>Keeps the learning rate constant between given steps.</summary>
/// <remarks>
/// keras.optimizers.schedules.PiecewiseConstantDecay; s is the iteration, bᵢ a boundary rounded toward 0 as in Keras:
/// <code>
/// η = Values[i], where i is how many boundaries have s > bᵢ
/// </code>
/// A rate holds up to and including its boundary. In Keras, decreasing boundaries add up several rates; here they
/// are an error.
/// </remarks>
public sealed class PiecewiseConstantDecay : LearningRateSchedule
{
    private readonly double[] boundaries;
    private readonly double[] values;

    /// <summary>Creates one from Keras's arguments; the lists are copied.</summary>
    /// <param name="boundaries">
    /// The last step of each rate except the final one: one or more finite numbers, in ascending order.
    /// </param>
    /// <param name="values">The rates: finite numbers, one more than there are boundaries.</param>
    /// <param name="name">A name without '/', kept for Keras.</param>
    /// <exception cref="ArgumentException">
    /// An argument is invalid (the message lists all that are), or a list or the name is null.
    /// </exception>
    public PiecewiseConstantDecay(
        IReadOnlyList<double> boundaries, IReadOnlyList<double> values, string name = "PiecewiseConstant")
    {
        this.boundaries = Listing.Copy(boundaries);
        this.values = Listing.Copy(values);
        Boundaries = this.boundaries.AsReadOnly();
        Values = this.values.AsReadOnly();
        Name = name;
        bool ascending = Boundaries.Zip(Boundaries.Skip(1), (low, high) => low > high).All(falls => !falls);
        new ArgumentRules()
            .Require(Boundaries.Count > 0, nameof(Boundaries), "hold at least one step", "empty")
            .Require(Boundaries.All(double.IsFinite), nameof(Boundaries), "be finite", Describe(Boundaries))
            .Require(ascending, nameof(Boundaries), "not decrease", Describe(Boundaries))
            .Require(Values.All(double.IsFinite), nameof(Values), "be finite", Describe(Values))
            .Require(
                Values.Count == Boundaries.Count + 1,
                nameof(Values),
                $"be one more than the {Boundaries.Count} boundaries {Describe(Boundaries)}",
                $"{Values.Count}: {Describe(Values)}")
            .Throw(name);
    }

    /// <summary>Gets the last step of each rate except the final one, as given; fractions of a step are
    /// ignored.</summary>
    public IReadOnlyList<double> Boundaries { get; }

    /// <summary>Gets the rates.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Gets the name, kept for Keras.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override double RateAt(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return values[boundaries.Count(boundary => iteration > Math.Truncate(boundary))];
    }

    internal override (string Key, object? Value)[] Config() =>
        [("boundaries", Array.ConvertAll(boundaries, Steps)), ("values", values), ("name", Name)];

    private static string Describe(IEnumerable<double> numbers) => $"[{Listing.Of(numbers)}]";
}
