using System.Globalization;

namespace Lamb.Gpu.State;

/// <summary>One variable of the optimizer's state: how it is called, read and written.</summary>
/// <param name="Name">Keras's name.</param>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Read">Returns the values.</param>
/// <param name="Problem">Returns what is wrong with values that have the right shape, or null.</param>
/// <param name="Write">Takes values that nothing is wrong with.</param>
internal sealed record StateEntry(
    string Name,
    IReadOnlyList<long> Shape,
    Func<double[]> Read,
    Func<IReadOnlyList<double>, string?> Problem,
    Action<IReadOnlyList<double>> Write)
{
    /// <summary>Makes the entry of a single number.</summary>
    public static StateEntry Scalar(
        string name, Func<double> read, Predicate<double> isValid, string must, Action<double> write) => new(
            name,
            [],
            () => [read()],
            values => isValid(values[0])
                ? null
                : $"must {must}, was {values[0].ToString(CultureInfo.InvariantCulture)}",
            values => write(values[0]));
}
