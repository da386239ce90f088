namespace Lamb.Gpu.Tests.Reference;

/// <summary>The constraints of keras.constraints in double precision: every element looks for those that share its
/// norm.</summary>
internal static class ConstraintReference
{
    private const double Epsilon = 1e-7;

    /// <summary>What a constraint makes of weights.</summary>
    /// <param name="constraint">A built-in constraint; its arguments are read, its code is not run.</param>
    public static double[] Apply(LambConstraint constraint, IReadOnlyList<long> shape, double[] weights) =>
        constraint switch
        {
            NonNegativeConstraint => [.. weights.Select(weight => double.IsNaN(weight) ? weight : Math.Max(weight, 0))],
            MaxNormConstraint max => Scaled(max, shape, weights, norm => Math.Clamp(norm, 0, max.MaxValue)),
            UnitNormConstraint unit => Scaled(unit, shape, weights, _ => 1),
            MinMaxNormConstraint both => Scaled(both, shape, weights, norm =>
                (both.Rate * Math.Clamp(norm, both.MinValue, both.MaxValue)) + ((1 - both.Rate) * norm)),
            _ => throw new ArgumentException($"There is no reference of {constraint}.", nameof(constraint)),
        };

    private static double[] Scaled(
        NormConstraint constraint, IReadOnlyList<long> shape, double[] weights, Func<double, double> desired)
    {
        bool[] reduced = new bool[shape.Count];
        foreach (int axis in constraint.Axis.Where(_ => shape.Count > 0))
        {
            reduced[(axis + shape.Count) % shape.Count] = true;
        }

        string SliceOf(int index) => string.Join(',', IndicesOf(index, shape).Where((_, axis) => !reduced[axis]));
        Dictionary<string, double> norms = Enumerable.Range(0, weights.Length).GroupBy(SliceOf).ToDictionary(
            slice => slice.Key, slice => Math.Sqrt(slice.Sum(index => weights[index] * weights[index])));
        return
        [
            .. weights.Select((weight, index) =>
                weight * desired(norms[SliceOf(index)]) / (Epsilon + norms[SliceOf(index)])),
        ];
    }

    private static IEnumerable<long> IndicesOf(long index, IReadOnlyList<long> shape)
    {
        var indices = new Stack<long>();
        foreach (long size in shape.Reverse())
        {
            indices.Push(index % size);
            index /= size;
        }

        return indices;
    }
}
