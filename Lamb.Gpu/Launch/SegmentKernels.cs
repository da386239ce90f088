using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Launch;

/// <summary>Tiles that one launch reaches, and the kernels for the way in which they lie in memory.</summary>
/// <param name="Views">What the kernels see of them.</param>
/// <param name="Kernels">The stages of a step.</param>
/// <param name="Measure">Σw² of every tile.</param>
/// <param name="Adopt">The same, and w into a master copy that is behind.</param>
internal sealed record SegmentKernels(StepViews Views, CompiledKernels Kernels, StepKernel Measure, StepKernel Adopt)
{
    /// <summary>Chooses the kernels of a form.</summary>
    public static SegmentKernels Of(StepViews views, KernelForm form, Func<KernelForm, CompiledKernels> compile)
    {
        CompiledKernels kernels = compile(form);
        if (!form.Adopts)
        {
            return new(views, kernels, kernels.WeightNorm, kernels.WeightNorm);
        }

        CompiledKernels adopting = compile(form.Adopting);
        return new(views, kernels, adopting.WeightNorm, adopting.Adopt);
    }
}
