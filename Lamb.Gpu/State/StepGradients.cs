using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.State;

/// <summary>Knows which variables have a gradient in a step, and what of that the device does not know yet.</summary>
internal sealed class StepGradients
{
    private readonly IReadOnlyList<LambVariable> variables;
    private readonly VariableFlags[] lasting;

    // As many as the blocks have room for.
    private readonly VariableFlags[] current;
    private readonly bool[] isKnown;

    public StepGradients(IReadOnlyList<LambVariable> variables)
    {
        this.variables = variables;
        lasting = [.. variables.Select(v => v.OverwriteWithGradient ? VariableFlags.Overwrite : VariableFlags.None)];
        isKnown = new bool[BlocksFor(variables.Count)];
        current = new VariableFlags[isKnown.Length * FlagsBlock.Length];
    }

    /// <summary>Whether a variable that is trained has a gradient, and not only such that are overwritten.</summary>
    public bool AnyTrained { get; private set; }

    /// <summary>The flags of all variables, block by block.</summary>
    public ReadOnlySpan<FlagsBlock> Blocks => MemoryMarshal.Cast<VariableFlags, FlagsBlock>(current);

    /// <summary>How many blocks hold the flags of so many variables.</summary>
    public static int BlocksFor(int variables) => (variables + FlagsBlock.Length - 1) / FlagsBlock.Length;

    /// <summary>Whether the device has a block as it is here, or will have it before anything that is launched
    /// later.</summary>
    public bool IsKnown(int block) => isKnown[block];

    /// <summary>Says that the device has a block as it is here, or will have it.</summary>
    public void SetKnown(int block) => isKnown[block] = true;

    /// <summary>Says that the device does not have a block.</summary>
    public void SetUnknown(int block) => isKnown[block] = false;

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
    }

    /// <summary>Takes the variables that have no gradient in this step.</summary>
    /// <exception cref="InvalidOperationException">No variable has one.</exception>
    public void Set(IReadOnlyCollection<LambVariable> missing)
    {
        bool any = false, anyTrained = false;
        HashSet<LambVariable>? absent = missing.Count > 0 ? [.. missing] : null;
        for (int i = 0; i < lasting.Length; i++)
        {
            bool has = absent?.Contains(variables[i]) != true;
            VariableFlags flags = lasting[i] | (has ? VariableFlags.HasGradient : VariableFlags.None);
            isKnown[i / FlagsBlock.Length] &= flags == current[i];
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
    }

    /// <summary>Waits, and writes the flags of a step in which every variable has a gradient.</summary>
    public void Upload(AcceleratorStream stream, ArrayView<FlagsBlock> device)
    {
        Set([]);
        device.CopyFromCPU(stream, Blocks.ToArray());
        Array.Fill(isKnown, true);
    }

    private static VariableFlags DecayOf(LambOptions options) => options switch
    {
        { WeightDecayMode: LambWeightDecayMode.Decoupled } => VariableFlags.Decays,
        { CouplesDecay: false } => VariableFlags.None,
        { WeightDecayMode: LambWeightDecayMode.Update } => VariableFlags.DecaysUpdate,
        _ => VariableFlags.DecaysGradient,
    };
}
