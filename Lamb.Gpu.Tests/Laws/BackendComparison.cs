using ILGPU;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Plays a trajectory on two accelerators and fails where they are further apart than their bounds.</summary>
internal sealed class BackendComparison(OptionRun one, OptionRun other, RoundingBounds bounds)
{
    private readonly double[] largestWeights =
        [.. one.Weights().Select(weights => weights.Select(w => Math.Abs((double)w)).DefaultIfEmpty(0).Max())];

    /// <summary>Gets the largest difference that was seen, in parts of its bound.</summary>
    public double Worst { get; private set; }

    /// <summary>Takes a step on both and compares all that it may have changed.</summary>
    public void Step(float[]?[] gradients, bool isSkipped, string when)
    {
        long updates = one.Optimizer.Iterations;
        one.Step(gradients);
        other.Step(gradients);
        Assert.AreEqual(one.Optimizer.RawIterations, other.Optimizer.RawIterations, when);
        Assert.AreEqual(one.Optimizer.Iterations, other.Optimizer.Iterations, when);
        if (one.Optimizer.Options.DynamicLossScale != null)
        {
            Assert.AreEqual(one.Optimizer.ReadLossScale(), other.Optimizer.ReadLossScale(), when);
        }

        if (!isSkipped)
        {
            bounds.Take(one.Optimizer.Iterations > updates);
        }

        for (int i = 0; i < largestWeights.Length; i++)
        {
            CompareState(i, $"{when}, variable {i}");
        }

        CompareNorms(when);
    }

    private void CompareState(int index, string when)
    {
        double largest = largestWeights[index] =
            Math.Max(largestWeights[index], Weights(one).Select(w => Math.Abs((double)w)).DefaultIfEmpty(0).Max());
        Compare(Weights(one), Weights(other), _ => bounds.Weight * largest, $"{when}, weight");
        Compare(
            Read(one, one.Optimizer.FirstMoment), Read(other, other.Optimizer.FirstMoment),
            m => bounds.FirstMoment * m, $"{when}, first moment");
        Compare(
            Read(one, one.Optimizer.SecondMoment), Read(other, other.Optimizer.SecondMoment),
            v => bounds.SecondMoment * v, $"{when}, second moment");
        if (one.Optimizer.Options.UseEma)
        {
            Compare(
                Read(one, one.Optimizer.Average), Read(other, other.Optimizer.Average),
                _ => bounds.Average * largest, $"{when}, average");
        }

        float[] Weights(OptionRun run) => Read(run, variable => variable.Weights);

        float[] Read(OptionRun run, Func<LambVariable, ArrayView<float>> view) =>
            view(run.Variables[index]).Read(run.Variables.Accelerator);
    }

    private void CompareNorms(string when)
    {
        IReadOnlyList<LambTrustRatio> here = one.Optimizer.ReadTrustRatios();
        IReadOnlyList<LambTrustRatio> there = other.Optimizer.ReadTrustRatios();
        for (int i = 0; i < here.Count; i++)
        {
            // The weights decay before their norm is taken: three roundings on both sides.
            double drift = bounds.Weight * largestWeights[i] * Math.Sqrt(one.Variables[i].Length);
            Compare(
                [here[i].WeightNorm], [there[i].WeightNorm],
                norm => ((bounds.Norm + (6.0 / (1 << 24))) * norm) + drift, $"{when}, norm of the weights of {i}");
            Compare(
                [here[i].UpdateNorm], [there[i].UpdateNorm],
                norm => (bounds.Norm + bounds.Update) * norm, $"{when}, norm of the update of {i}");
        }
    }

    private void Compare(float[] expected, float[] actual, Func<double, double> boundOf, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]), bound = boundOf(Math.Abs(expected[i]));
            Assert.IsTrue(
                difference <= bound,
                $"{what} {i}: {expected[i]:g9} and {actual[i]:g9} differ by {difference:g3}, allowed {bound:g3}");
            Worst = Math.Max(Worst, bound > 0 ? difference / bound : 0);
        }
    }
}
