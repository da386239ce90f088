using ILGPU.Runtime;

namespace Lamb.Gpu.Launch;

/// <summary>Applies the constraints of all variables that have one: the last stage of a step.</summary>
internal sealed class VariableConstraints
{
    private readonly LambVariable[] constrained;

    /// <summary>Prepares every constraint.</summary>
    /// <exception cref="ArgumentException">A constraint does not fit its variable.</exception>
    public VariableConstraints(IEnumerable<LambVariable> variables)
    {
        constrained = [.. variables.Where(variable => variable.Constraint != null)];
        Array.ForEach(constrained, variable => variable.Constraint!.Prepare(variable));
    }

    /// <summary>w of every variable that has a constraint.</summary>
    public void ApplyConstraints(AcceleratorStream stream)
    {
        foreach (LambVariable variable in constrained)
        {
            variable.Constraint!.Apply(stream, variable);
        }
    }
}
