using Lamb.Gpu.Configuration;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Kernels;

namespace Lamb.Gpu.Tests.Oracles;

/// <summary>Compares an optimizer with a trajectory that somebody else computed, step by step.</summary>
/// <remarks>
/// <para>
/// Weights are held to what they have been moved by: the way of a variable is the sum over the steps of its largest
/// change. A move η·r·u is off by the roundings of u, some fifty (see OptionBounds: 5e-7 and 51 · 2⁻²⁴ for a moment,
/// twice with a v that they share), and by two norms, each exact to 5e-7: together at most 1e-5 of the way, and twice
/// that because an error in the weights is one in the norms and in the decay of the steps after. Besides, a weight is
/// rounded when it is given to us and in every step, each time by 2⁻²⁴ of the largest.
/// </para>
/// <para>
/// Where the other side is in float32 too, it may be off as much again, and by 2e-5 of the way for 1 − β₂ᵗ, which is
/// off by 1.3e-5 in float32 where β₂ is 0.999.
/// </para>
/// </remarks>
internal sealed class StepComparison(TestDevice device, LambVariables variables, LambOptimizer optimizer, bool isSingle)
{
    private const double OfTheWay = 2e-5;
    private const double OfSingle = 2e-5;
    private const double RoundingUnit = 1.0 / (1 << 24);

    private readonly double[] ways = new double[variables.Count];
    private readonly double[] largest = new double[variables.Count];
    private readonly double[] largestMoments = new double[2 * variables.Count];
    private double[][] before = [];
    private int steps;

    /// <summary>Gets the largest error that was seen, as a share of the way, roundings of the weights
    /// included.</summary>
    public double Worst { get; private set; }

    /// <summary>Takes the weights that a trajectory begins with.</summary>
    public void Begin(IEnumerable<double[]> weights)
    {
        before = [.. weights.Select(values => values.ToArray())];
        for (int i = 0; i < before.Length; i++)
        {
            variables[i].Weights.Write([.. before[i].Select(value => (float)value)]);
            largest[i] = before[i].Select(Math.Abs).Max();
        }
    }

    /// <summary>Takes a step and compares the weights, and the moments where they are given.</summary>
    public void Step(
        IReadOnlyList<double[]> gradients,
        IReadOnlyList<double[]> weights,
        IReadOnlyList<double[]>? firstMoments = null,
        IReadOnlyList<double[]>? secondMoments = null)
    {
        optimizer.StepWith(variables, [.. gradients.Select(values => values.Select(value => (float)value).ToArray())]);
        steps++;
        for (int i = 0; i < variables.Count; i++)
        {
            CompareWeights(i, weights[i]);
            CompareMoments(2 * i, optimizer.FirstMoment(variables[i]).Read(device.Accelerator), firstMoments?[i]);
            CompareMoments(
                (2 * i) + 1, optimizer.SecondMoment(variables[i]).Read(device.Accelerator), secondMoments?[i]);
        }
    }

    private double Share => isSingle ? (2 * OfTheWay) + OfSingle : OfTheWay;

    private void CompareWeights(int index, double[] expected)
    {
        float[] actual = variables[index].Weights.Read(device.Accelerator);
        ways[index] += before[index].Zip(expected, (from, to) => Math.Abs(to - from)).Max();
        largest[index] = Math.Max(largest[index], expected.Select(Math.Abs).Max());
        before[index] = expected;
        double rounding = (isSingle ? 2 : 1) * (steps + 1) * RoundingUnit * largest[index];
        double bound = (Share * ways[index]) + rounding;
        for (int at = 0; at < expected.Length; at++)
        {
            double error = Math.Abs(actual[at] - expected[at]);
            Assert.IsTrue(
                error <= bound,
                $"step {steps}, {variables[index]}, {at}: {actual[at]:g9}, not {expected[at]:g9}, allowed {bound:g3}");
            Worst = ways[index] > 0 ? Math.Max(Worst, error / ways[index]) : Worst;
        }
    }

    // A moment is held to the largest that its variable has had.
    private void CompareMoments(int slot, float[] actual, double[]? expected)
    {
        if (expected != null)
        {
            largestMoments[slot] = Math.Max(largestMoments[slot], expected.Select(Math.Abs).Max());
            for (int at = 0; at < expected.Length; at++)
            {
                Assert.AreEqual(
                    expected[at], actual[at], Share * largestMoments[slot], $"step {steps}, moments {slot}, {at}");
            }
        }
    }
}
