namespace Lamb.Gpu.Tests.Reference;

/// <summary>What the reference does to all elements of a tensor.</summary>
internal static class Elements
{
    /// <summary>Gives every element a new value, made of the old one and its index.</summary>
    public static void Change(double[] values, Func<double, int, double> change)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = change(values[i], i);
        }
    }

    /// <summary>Makes a tensor of one.</summary>
    public static double[] Map(double[] values, Func<double, double> map) => [.. values.Select(map)];

    /// <summary>Makes a tensor of two.</summary>
    public static double[] Map(double[] left, double[] right, Func<double, double, double> map) =>
        [.. left.Zip(right, map)];

    /// <summary>Computes Σx².</summary>
    public static double SquareSum(IEnumerable<double> values) => values.Sum(value => value * value);

    /// <summary>Computes ‖x‖.</summary>
    public static double Norm(IEnumerable<double> values) => Math.Sqrt(SquareSum(values));
}
