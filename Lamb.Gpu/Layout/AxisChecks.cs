namespace Lamb.Gpu.Layout;

/// <summary>What must hold of axes before a variable is cut along them.</summary>
internal static class AxisChecks
{
    /// <summary>Throws one exception that names every broken rule.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="axis">The axes; negative ones count from the last.</param>
    public static void Throw(LambVariable variable, IReadOnlyList<int> axis)
    {
        // NumPy takes the axes 0 and −1 of a scalar, though it has none.
        int rank = Math.Max(variable.Shape.Count, 1);
        int[] outside = [.. axis.Where(each => each < -rank || each >= rank)];
        int[] twice =
        [
            .. axis.Except(outside).GroupBy(each => (each + rank) % rank)
                .Where(same => axis.Count(each => (each + rank) % rank == same.Key) > 1)
                .Select(same => same.Key),
        ];
        string[] broken =
        [
            .. outside.Select(each => $"Axis must be in [{-rank}, {rank}), as the rank is "
                + $"{variable.Shape.Count}; was {each}."),
            .. twice.Select(each => $"Axis must name an axis once; {each} was named again in "
                + $"[{Listing.Of(axis)}]."),
        ];
        if (broken.Length > 0)
        {
            throw new ArgumentException(
                $"Variable '{variable.Name} [{Listing.Of(variable.Shape)}]': {Listing.Sentences(broken)}");
        }
    }
}
