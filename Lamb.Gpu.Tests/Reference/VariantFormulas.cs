namespace Lamb.Gpu.Tests.Reference;

/// <summary>The update of every preset in double, its library's numbers written out: one step of one
/// variable.</summary>
/// <remarks>From the sources that <see cref="LambVariant"/> names. Betas are 0.9 and 0.999 in all of them.</remarks>
internal static class VariantFormulas
{
    /// <summary>λ where nobody sets another.</summary>
    public static double DefaultDecay(LambVariant variant) => variant switch
    {
        LambVariant.Paper or LambVariant.NvLamb or LambVariant.Apex or LambVariant.Timm => 0.01,
        _ => 0,
    };

    /// <summary>Takes a step.</summary>
    /// <param name="variant">The preset.</param>
    /// <param name="w">The variable; its weights and moments are changed.</param>
    /// <param name="gradient">g.</param>
    /// <param name="all">‖g‖ over all variables.</param>
    /// <param name="decay">λ of this variable.</param>
    /// <param name="rate">η.</param>
    /// <param name="t">The step, from 1 on.</param>
    public static void Step(
        LambVariant variant, ReferenceVariable w, double[] gradient, double all, double decay, double rate, int t)
    {
        switch (variant)
        {
            case LambVariant.Keras:
                Elements.Change(w.Weights, (weight, _) => weight - weight * decay * rate);
                Advance(w, gradient, 1);
                double[] direction = Direction(w, 1e-7, 0, t);
                Move(w, direction, rate * Ratio(w, direction));
                break;
            case LambVariant.Apex or LambVariant.Timm:
                Advance(w, gradient, Math.Max(all, 1));
                double[] update = Direction(w, 1e-6, decay, t);
                Move(w, update, decay == 0 ? rate : rate * Ratio(w, update));
                break;
            case LambVariant.DeepSpeed:
                Advance(w, gradient, 1);
                double[] raw = Elements.Map(w.FirstMoment, w.SecondMoment, (m, v) => m / (Math.Sqrt(v) + 1e-8));
                Elements.Change(raw, (u, i) => u + decay * w.Weights[i]);
                double step = rate * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t));
                Move(w, raw, step * Math.Clamp(Ratio(w, raw), 0.01, 10));
                break;
            default:
                Advance(w, gradient, variant switch
                {
                    LambVariant.NvLamb => all,
                    LambVariant.OnnxRuntime => Math.Max(1, all),
                    _ => 1,
                });
                double[] coupled = Direction(w, 1e-6, decay, t);
                Move(w, coupled, rate * Ratio(w, coupled));
                break;
        }
    }

    private static void Advance(ReferenceVariable w, double[] gradient, double divisor)
    {
        double[] g = Elements.Map(gradient, element => element / divisor);
        Elements.Change(w.FirstMoment, (m, i) => 0.9 * m + 0.1 * g[i]);
        Elements.Change(w.SecondMoment, (v, i) => 0.999 * v + 0.001 * g[i] * g[i]);
    }

    private static double[] Direction(ReferenceVariable w, double epsilon, double decay, int t)
    {
        double first = 1 - Math.Pow(0.9, t), second = 1 - Math.Pow(0.999, t);
        double[] u = Elements.Map(
            w.FirstMoment, w.SecondMoment, (m, v) => m / first / (Math.Sqrt(v / second) + epsilon));
        Elements.Change(u, (element, i) => element + decay * w.Weights[i]);
        return u;
    }

    // None of the cases has a norm of zero but that of weights.
    private static double Ratio(ReferenceVariable w, double[] update)
    {
        double norm = Elements.Norm(w.Weights);
        return norm > 0 ? norm / Elements.Norm(update) : 1;
    }

    private static void Move(ReferenceVariable w, double[] update, double rate) =>
        Elements.Change(w.Weights, (weight, i) => weight - rate * update[i]);
}
