using ILGPU.Runtime;
using Lamb.Gpu.State;

namespace Lamb.Gpu.Launch;

/// <summary>Applies the constraints of all variables that have one: the last stage of a step.</summary>
internal sealed class VariableConstraints
{
    private readonly (int Index, LambVariable Variable)[] constrained;

    /// <summary>Prepares every constraint.</summary>
    /// <exception cref="ArgumentException">A constraint does not fit its variable.</exception>
    public VariableConstraints(IEnumerable<LambVariable> variables)
    {
        constrained = [.. variables.Index().Where(indexed => indexed.Item.Constraint != null)];
        Array.ForEach(constrained, indexed => indexed.Variable.Constraint!.Prepare(indexed.Variable));
    }

    /// <summary>How many constraints have been applied; a built-in one is a launch.</summary>
    public long Launches { get; private set; }

    /// <summary>Whether a variable has one.</summary>
    public bool Any => constrained.Length > 0;

    /// <summary>w of every variable that has a constraint, and a gradient in this step that does not overwrite
    /// it.</summary>
    public void ApplyConstraints(AcceleratorStream stream, StepGradients gradients)
    {
        foreach ((int index, LambVariable variable) in constrained)
        {
            if (gradients.Has(index) && !variable.OverwriteWithGradient)
            {
                variable.Constraint!.Apply(stream, variable);
                Launches++;
            }
        }
    }
}
