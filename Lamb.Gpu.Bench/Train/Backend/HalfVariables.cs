using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Workers;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>The variables of a network in 16 bits: these an optimizer trains, while the network computes with its own
/// in float32.</summary>
/// <remarks>Nothing waits for the device. Same bits on every run.</remarks>
internal sealed class HalfVariables : IDisposable
{
    private readonly LambVariables singles;
    private readonly Action<Conversion> widen;
    private readonly Action<Conversion> narrow;

    /// <summary>Allocates, and rounds the weights of the network, there too.</summary>
    /// <param name="singles">The variables that the network computes with.</param>
    /// <param name="storage">How weights and gradients lie here: float16 or bfloat16.</param>
    /// <param name="kernels">The kernels of the accelerator.</param>
    public HalfVariables(LambVariables singles, LambDataType storage, BackendKernels kernels)
    {
        this.singles = singles;
        Variables = LambVariables.Allocate(singles.Accelerator, [.. singles.Select(Spec)]);
        (widen, narrow) = storage == LambDataType.Float16
            ? Compile<Float16Format>(kernels)
            : Compile<BFloat16Format>(kernels);
        foreach ((LambVariable single, LambVariable half) in singles.Zip(Variables))
        {
            narrow(new Conversion(single.WeightView, half.WeightView));
        }

        WidenWeights();

        LambVariableSpec Spec(LambVariable variable) => new(variable.Name, variable.Shape)
        {
            ExcludeFromWeightDecay = variable.ExcludeFromWeightDecay,
            WeightDataType = storage,
            GradientDataType = storage,
        };
    }

    /// <summary>Weights and gradients in 16 bits.</summary>
    public LambVariables Variables { get; }

    /// <summary>Hands the weights to the network: after every step.</summary>
    public void WidenWeights()
    {
        foreach ((LambVariable single, LambVariable half) in singles.Zip(Variables))
        {
            widen(new Conversion(half.WeightView, single.WeightView));
        }
    }

    /// <summary>Takes the gradients of the network, each rounded to the nearest: before every step.</summary>
    public void NarrowGradients()
    {
        foreach ((LambVariable single, LambVariable half) in singles.Zip(Variables))
        {
            narrow(new Conversion(single.GradientView, half.GradientView));
        }
    }

    public void Dispose() => Variables.Dispose();

    private static (Action<Conversion> Widen, Action<Conversion> Narrow) Compile<TFormat>(BackendKernels kernels)
        where TFormat : struct, IHalfFormat =>
        (kernels.Converter<HalfStorage<TFormat, NearestRounding>, SingleStorage>(),
            kernels.Converter<SingleStorage, HalfStorage<TFormat, NearestRounding>>());
}
