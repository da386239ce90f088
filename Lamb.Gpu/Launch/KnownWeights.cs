using System.Globalization;
using ILGPU.Runtime;
using Lamb.Gpu.State;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Launch;

/// <summary>Keeps the sums of squares of weights that only the optimizer writes.</summary>
internal sealed class KnownWeights(Training training, LambKernels kernels)
{
    private readonly OptimizerState state = training.State;

    /// <summary>Measures weights that are new, or checks that they are those of the last step where that is asked
    /// for.</summary>
    /// <exception cref="InvalidOperationException">They are not.</exception>
    public void Prepare()
    {
        LambWeightAccess access = training.Options.WeightAccess;
        if (access == LambWeightAccess.ExclusiveChecked && training.KnowsWeights)
        {
            RequireUnchanged();
        }
        else if (access != LambWeightAccess.Shared && !training.KnowsWeights)
        {
            kernels.AdoptWeights(training.Stream);
            training.KnowsWeights = true;
        }
    }

    // Waits for the device: only for debugging. What was known stays, so that checking changes no bit.
    private void RequireUnchanged()
    {
        if (state.WeightSums.Length > 0)
        {
            float[] known = training.Read(state.WeightSums);
            kernels.MeasureWeights(training.Stream);
            float[] measured = training.Read(state.WeightSums);
            state.WeightSums.CopyFromCPU(training.Stream, known);
            training.Stream.Synchronize();
            for (int index = 0; index < training.Variables.Count; index++)
            {
                RequireSame(index, known, measured);
            }
        }
    }

    private void RequireSame(int index, float[] known, float[] measured)
    {
        // Both are the same sums of the same weights but for contracted products, and exact to 5e-7 each.
        const double rounding = 1e-6;
        LambVariable variable = training.Variables[index];
        double before = NormOf(known), now = NormOf(measured);
        bool isSame = before.Equals(now) || Math.Abs(now - before) <= rounding * before;
        if (!isSame && !variable.OverwriteWithGradient)
        {
            throw new InvalidOperationException(
                $"The weights of '{variable.Name}' must have the norm that the last step left, {Shown(before)}; it is "
                + $"{Shown(now)}. Somebody else has written them: call NotifyWeightsChanged() after that, or make the "
                + "optimizer with WeightAccess = Shared. Nothing was changed.");
        }

        static string Shown(double norm) => norm.ToString("g5", CultureInfo.InvariantCulture);

        double NormOf(float[] sums)
        {
            TileRange range = state.Plan.Ranges[index];
            return Math.Sqrt(sums.AsSpan(range.First, range.Count).ToArray().Sum(sum => (double)sum));
        }
    }
}
