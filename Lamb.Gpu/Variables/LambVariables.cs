using System.Collections;
using ILGPU.Runtime;
using Lamb.Gpu.Arguments;
using Lamb.Gpu.Memory;
using Lamb.Gpu.Variables;

namespace Lamb.Gpu;

/// <summary>Holds the variables that one optimizer trains, all on one accelerator.</summary>
public sealed class LambVariables : IReadOnlyList<LambVariable>, IDisposable
{
    private readonly LambVariable[] variables;
    private readonly MemoryBuffer[] owned;
    private readonly MemoryBuffer[] used;
    private readonly Dictionary<LambVariable, int> places;
    private readonly Dictionary<string, LambVariable> names;

    /// <summary>Creates a set of variables whose weights and gradients the caller owns.</summary>
    /// <param name="accelerator">The accelerator that all their buffers belong to.</param>
    /// <param name="variables">The variables, at least one; the optimizer's state has the same order.</param>
    /// <exception cref="ArgumentException">
    /// There is no variable, two have the same name, one or the accelerator is null, a buffer belongs to another
    /// accelerator or has less than 4 bytes, or the weights of a variable overlap other weights or gradients.
    /// </exception>
    /// <exception cref="ObjectDisposedException">A buffer has been disposed.</exception>
    public LambVariables(Accelerator accelerator, params IEnumerable<LambVariable> variables)
        : this(accelerator, Listing.Copy(variables), [])
    {
    }

    private LambVariables(Accelerator accelerator, LambVariable[] variables, MemoryBuffer[] owned)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        VariableChecks.Throw(accelerator, variables);
        Accelerator = accelerator;
        this.variables = variables;
        this.owned = owned;
        places = variables.Index().ToDictionary(indexed => indexed.Item, indexed => indexed.Index);
        names = variables.ToDictionary(variable => variable.Name);
        used = [.. variables.SelectMany(Buffers).Distinct()];
    }

    /// <summary>Gets the accelerator of the weights and gradients.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>Gets the number of variables.</summary>
    public int Count => variables.Length;

    /// <summary>Gets the total number of weights.</summary>
    public long TotalLength => variables.Sum(variable => variable.Length);

    /// <summary>Gets a variable by its index.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    public LambVariable this[int index] => index >= 0 && index < variables.Length
        ? variables[index]
        : throw new ArgumentOutOfRangeException(
            nameof(index),
            FormattableString.Invariant(
                $"The index must be in [0, {variables.Length}), the number of variables; was {index}."));

    /// <summary>Gets a variable by its name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="KeyNotFoundException">No variable has this name.</exception>
    public LambVariable this[string name] => names.TryGetValue(name, out LambVariable? variable)
        ? variable
        : throw new KeyNotFoundException(
            $"No variable is called '{name}'; there are: {LambVariable.NamesOf(variables)}. Ask for one of these.");

    /// <summary>Allocates zeroed weights and gradients, in one arena per kind and data type, which the result
    /// owns.</summary>
    /// <param name="accelerator">The accelerator to allocate on.</param>
    /// <param name="specs">At least one variable.</param>
    /// <returns>The variables, each aligned to 256 bytes in its arenas.</returns>
    /// <exception cref="ArgumentException">
    /// There is no variable, two have the same name, one or the accelerator is null, a name is empty, a shape is null,
    /// has a negative dimension or more than 2^42 elements, all together take more than 2^63 − 1 bytes, or a data type
    /// is undefined.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The accelerator has been disposed.</exception>
    /// <exception cref="InsufficientMemoryException">The device does not have enough memory; nothing stays
    /// allocated.</exception>
    public static LambVariables Allocate(Accelerator accelerator, params IReadOnlyList<LambVariableSpec> specs) =>
        AllocateWatched(accelerator, specs, null);

    /// <summary>Allocates, and tells what before the device is asked.</summary>
    internal static LambVariables AllocateWatched(
        Accelerator accelerator, IReadOnlyList<LambVariableSpec> specs, Action<string, long>? watch)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        LambVariableSpec[] taken = Listing.Copy(specs, nameof(specs));
        ObjectDisposedException.ThrowIf(accelerator.IsDisposed, accelerator);
        RequireSpecs(taken);
        var ofWeights = Wanted(spec => spec.WeightDataType);
        var ofGradients = Wanted(spec => spec.GradientDataType);
        long bytes = BytesOf([.. ofWeights, .. ofGradients]);
        var allocator = new ArrayAllocator(accelerator, new MemoryRequest("a set of variables", bytes, watch));
        try
        {
            LambView[] weights = allocator.Allocate(ofWeights, "the weights");
            LambView[] gradients = allocator.Allocate(ofGradients, "the gradients");
            var made = taken.Select((spec, index) => Create(spec, weights[index], gradients[index]));
            return new LambVariables(accelerator, [.. made], [.. allocator.Owned]);
        }
        catch
        {
            foreach (MemoryBuffer buffer in allocator.Owned)
            {
                buffer.Dispose();
            }

            throw;
        }

        (LambDataType Storage, long Length)[] Wanted(Func<LambVariableSpec, LambDataType> storage) =>
            [.. taken.Select(spec => (storage(spec), LambVariable.CountElements(spec.Name, spec.Shape)))];
    }

    private static LambVariable Create(LambVariableSpec spec, LambView weights, LambView gradients) =>
        new(spec.Name, spec.Shape, weights, gradients)
        {
            ExcludeFromWeightDecay = spec.ExcludeFromWeightDecay,
            ExcludeFromTrustRatio = spec.ExcludeFromTrustRatio,
            OverwriteWithGradient = spec.OverwriteWithGradient,
            Constraint = spec.Constraint,
        };

    /// <summary>Frees the arenas that <see cref="Allocate"/> allocated; the caller's buffers are not touched.</summary>
    /// <remarks>
    /// Never throws; a second call does nothing. Errors of a failed device are ignored. Optimizers of the variables
    /// refuse to step from then on. Do not call it while a thread is in one of them, because the memory that it reads
    /// and writes would be gone.
    /// </remarks>
    public void Dispose()
    {
        foreach (MemoryBuffer buffer in owned)
        {
            try
            {
                buffer.Dispose();
            }
            catch (Exception)
            {
                // The device has failed: what it says would hide the exception that told of it first.
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<LambVariable> GetEnumerator() => variables.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal int IndexOf(LambVariable? variable) =>
        variable != null && places.TryGetValue(variable, out int index) ? index : -1;

    /// <summary>Throws where a buffer has been disposed since the variables were made; allocates nothing.</summary>
    internal void RequireLive()
    {
        foreach (MemoryBuffer buffer in used)
        {
            if (buffer.IsDisposed)
            {
                LambVariable variable = Array.Find(variables, variable => Buffers(variable).Contains(buffer))!;
                throw new ObjectDisposedException(
                    variable.Name, $"The weights or the gradients of variable '{variable.Name}' have been disposed. "
                    + "Dispose of an optimizer before its variables.");
            }
        }
    }

    private static IEnumerable<MemoryBuffer> Buffers(LambVariable variable) => variable.Length == 0
        ? []
        : [variable.WeightView.Buffer, variable.GradientView.Buffer];

    private static long BytesOf((LambDataType Storage, long Length)[] wanted)
    {
        try
        {
            return ArrayAllocator.BytesOf(wanted);
        }
        catch (OverflowException overflow)
        {
            throw new ArgumentException(
                $"The {wanted.Length / 2} variables must take at most 2^63 - 1 bytes together, and take more. Take "
                + "fewer or smaller ones.",
                overflow);
        }
    }

    private static void RequireSpecs(LambVariableSpec[] specs)
    {
        int place = Array.IndexOf(specs, null);
        if (place >= 0)
        {
            throw new ArgumentException($"A spec must not be null; number {place} is.", nameof(specs));
        }

        var rules = new ArgumentRules();
        string must = $"be one of {string.Join(", ", Enum.GetNames<LambDataType>())}";
        foreach (LambVariableSpec spec in specs)
        {
            LambDataType weights = spec.WeightDataType, gradients = spec.GradientDataType;
            rules.Require(Enum.IsDefined(weights), $"WeightDataType of '{spec.Name}'", must, weights)
                .Require(Enum.IsDefined(gradients), $"GradientDataType of '{spec.Name}'", must, gradients);
        }

        rules.Throw();
    }
}
