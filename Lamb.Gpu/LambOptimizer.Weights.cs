using System.Globalization;
using ILGPU.Runtime;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu;

/// <content>What the optimizer knows of weights that nobody else writes.</content>
public sealed partial class LambOptimizer
{
    private bool knowsWeights;

    /// <summary>Says that weights have been written: the next step reads them before it moves them.</summary>
    /// <remarks>
    /// To be called where <see cref="LambOptions.WeightAccess"/> is not <see cref="LambWeightAccess.Shared"/>, after
    /// the weights of any variable were written: initialised again, loaded, averaged over machines. Otherwise it
    /// changes nothing. The first step, and the first after <see cref="LoadState"/> and
    /// <see cref="FinalizeVariableValues"/>, read them without being told.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public void NotifyWeightsChanged()
    {
        using var visit = use.Enter();
        knowsWeights = false;
    }

    private void KnowWeights()
    {
        if (options.WeightAccess == LambWeightAccess.ExclusiveChecked && knowsWeights)
        {
            RequireKnownWeights();
        }
        else if (options.WeightAccess != LambWeightAccess.Shared && !knowsWeights)
        {
            kernels.AdoptWeights(stream);
            knowsWeights = true;
        }
    }

    // Waits for the device: only for debugging. What was known stays, so that checking changes no bit.
    private void RequireKnownWeights()
    {
        if (state.WeightSums.Length > 0)
        {
            float[] known = ReadBack(state.WeightSums);
            kernels.MeasureWeights(stream);
            float[] measured = ReadBack(state.WeightSums);
            state.WeightSums.CopyFromCPU(stream, known);
            stream.Synchronize();
            for (int index = 0; index < variables.Count; index++)
            {
                RequireKnownNorm(index, known, measured);
            }
        }
    }

    private void RequireKnownNorm(int index, float[] known, float[] measured)
    {
        // Both are the same sums of the same weights but for contracted products, and exact to 5e-7 each.
        const double rounding = 1e-6;
        double before = NormOf(known), now = NormOf(measured);
        bool isSame = before.Equals(now) || Math.Abs(now - before) <= rounding * before;
        if (!isSame && !variables[index].OverwriteWithGradient)
        {
            throw new InvalidOperationException(
                $"The weights of '{variables[index].Name}' must have the norm that the last step left, "
                + $"{Shown(before)}; it is {Shown(now)}. Somebody else has written them: "
                + "call NotifyWeightsChanged() after that, or make the optimizer with "
                + "WeightAccess = Shared. Nothing was changed.");
        }

        static string Shown(double norm) => norm.ToString("g5", CultureInfo.InvariantCulture);

        double NormOf(float[] sums)
        {
            TileRange range = state.Plan.Ranges[index];
            return Math.Sqrt(sums.AsSpan(range.First, range.Count).ToArray().Sum(sum => (double)sum));
        }
    }
}
