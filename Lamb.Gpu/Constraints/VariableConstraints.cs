using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Memory;
using Lamb.Gpu.State;
using Lamb.Gpu.Step;
using Restore = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, ILGPU.ArrayView<float>, ILGPU.ArrayView<float>,
    ILGPU.ArrayView<Lamb.Gpu.Step.StepScalars>>;

namespace Lamb.Gpu.Constraints;

/// <summary>Applies the constraints of all variables that have one: the last stage of a step.</summary>
internal sealed class VariableConstraints : IDisposable
{
    private readonly (int Index, LambVariable Variable)[] constrained;
    private readonly Dictionary<int, ArrayView<float>> kept = [];
    private readonly DeviceBuffers buffers;
    private readonly Tuning tuning;
    private readonly Restore? restore;

    /// <summary>Prepares every constraint; where steps can be skipped, with room to take it back.</summary>
    /// <exception cref="ArgumentException">A constraint does not fit its variable.</exception>
    public VariableConstraints(
        Accelerator accelerator,
        IEnumerable<LambVariable> variables,
        Tuning tuning,
        bool canSkip,
        Action<string, long>? watch = null)
    {
        this.tuning = tuning;
        constrained = [.. variables.Index().Where(indexed => indexed.Item.Constraint != null)];
        Array.ForEach(constrained, indexed => indexed.Variable.Constraint!.Prepare(indexed.Variable));
        long bytes = constrained.Sum(indexed => Math.Max(indexed.Variable.Length, 1) * sizeof(float));
        buffers = new DeviceBuffers(accelerator, new MemoryRequest("taking constraints back", bytes, watch));
        if (canSkip && constrained.Length > 0)
        {
            restore = ConstraintLauncher.For(accelerator).Restore;
            AllocateKept();
        }
    }

    /// <summary>How many kernels have been launched, a constraint being taken for one.</summary>
    public long Launches { get; private set; }

    /// <summary>w of every variable that has a constraint, and a gradient in this step that does not overwrite
    /// it.</summary>
    public void ApplyConstraints(
        AcceleratorStream stream, StepGradients gradients, ArrayView<StepScalars> scalars)
    {
        foreach ((int index, LambVariable variable) in constrained)
        {
            if (gradients.Has(index) && !variable.OverwriteWithGradient)
            {
                Keep(stream, index, variable);
                try
                {
                    Launches++;
                    variable.Constraint!.Apply(stream, variable);
                }
                finally
                {
                    TakeBack(stream, index, variable, scalars);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    private void AllocateKept()
    {
        try
        {
            foreach ((int index, LambVariable variable) in constrained)
            {
                kept.Add(index, buffers.Allocate<float>(variable.Length, $"the weights of '{variable.Name}'"));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Keep(AcceleratorStream stream, int index, LambVariable variable)
    {
        if (restore != null && variable.Length > 0)
        {
            kept[index].CopyFrom(stream, variable.Weights);
        }
    }

    private void TakeBack(
        AcceleratorStream stream, int index, LambVariable variable, ArrayView<StepScalars> scalars)
    {
        if (restore != null && variable.Length > 0)
        {
            Launches++;
            long groups = Math.Min((variable.Length + tuning.TileLength - 1) / tuning.TileLength, tuning.MaxGroups);
            var lanes = new KernelConfig((int)groups, tuning.GroupSize);
            restore(stream, lanes, variable.Weights, kept[index], scalars);
        }
    }
}
