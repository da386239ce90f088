using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Layout;

namespace Lamb.Gpu.State;

/// <summary>Knows which variables have a gradient in a step, and tells the device where that has changed.</summary>
internal sealed class StepGradients
{
    private readonly IReadOnlyList<LambVariable> variables;
    private readonly VariableFlags[] lasting;
    private readonly VariableFlags[] current;
    private readonly ArrayView<VariableFlags> device;
    private bool isKnown;

    public StepGradients(IReadOnlyList<LambVariable> variables, ArrayView<VariableFlags> device)
    {
        this.variables = variables;
        this.device = device;
        lasting = [.. variables.Select(v => v.OverwriteWithGradient ? VariableFlags.Overwrite : VariableFlags.None)];
        current = new VariableFlags[variables.Count];
    }

    /// <summary>Whether a variable that is trained has a gradient, and not only such that are overwritten.</summary>
    public bool AnyTrained { get; private set; }

    /// <summary>Whether variable <paramref name="index"/> has a gradient.</summary>
    public bool Has(int index) => (current[index] & VariableFlags.HasGradient) != 0;

    /// <summary>Whether variable <paramref name="index"/> decays.</summary>
    public bool Decays(int index) => (lasting[index] & VariableFlags.AnyDecay) != 0;

    /// <summary>Decides which variables decay from now on, and so which the trust ratio is for.</summary>
    public void SetDecay(LambOptions options, Predicate<LambVariable> decays)
    {
        for (int i = 0; i < lasting.Length; i++)
        {
            bool decaying = options.WeightDecay != null && decays(variables[i]);
            lasting[i] &= VariableFlags.Overwrite;
            lasting[i] |= decaying ? DecayOf(options) : VariableFlags.None;
            bool inScope = options.TrustRatioScope == LambTrustRatioScope.All || (decaying && options.WeightDecay != 0);
            lasting[i] |= inScope && !variables[i].ExcludeFromTrustRatio ? VariableFlags.Adapts : VariableFlags.None;
        }

        isKnown = false;
    }

    /// <summary>Takes the variables that have no gradient in this step.</summary>
    /// <exception cref="InvalidOperationException">No variable has one.</exception>
    public void Set(AcceleratorStream stream, IReadOnlyCollection<LambVariable> missing)
    {
        bool changed = !isKnown, any = false, anyTrained = false;
        HashSet<LambVariable>? absent = missing.Count > 0 ? [.. missing] : null;
        isKnown = false;
        for (int i = 0; i < current.Length; i++)
        {
            bool has = absent?.Contains(variables[i]) != true;
            VariableFlags flags = lasting[i] | (has ? VariableFlags.HasGradient : VariableFlags.None);
            changed |= flags != current[i];
            current[i] = flags;
            any |= has;
            anyTrained |= has && !variables[i].OverwriteWithGradient;
        }

        if (!any)
        {
            throw new InvalidOperationException(
                "No gradients provided for any variable: at least one must have a gradient. Nothing was changed.");
        }

        AnyTrained = anyTrained;
        if (changed)
        {
            device.CopyFromCPU(stream, current);
        }

        isKnown = true;
    }

    private static VariableFlags DecayOf(LambOptions options) => options switch
    {
        { WeightDecayMode: LambWeightDecayMode.Decoupled } => VariableFlags.Decays,
        { CouplesDecay: false } => VariableFlags.None,
        { WeightDecayMode: LambWeightDecayMode.Update } => VariableFlags.DecaysUpdate,
        _ => VariableFlags.DecaysGradient,
    };
}
