using System.Reflection;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Tests.Documents;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>A kernel as a GPU gets it, all generic arguments filled in.</summary>
/// <param name="Entry">What is compiled.</param>
internal sealed record ShippedKernel(MethodInfo Entry)
{
    private static readonly Lazy<IReadOnlyList<ShippedKernel>> LazyAll = new(FindAll);

    /// <summary>The kernels that the library can load on a GPU, found by following its code: what it does not name,
    /// it cannot load.</summary>
    /// <remarks>
    /// All of them in float32. Other storage changes loads and stores and nothing else, and there are some 1,700 forms:
    /// of these the two that stream, in their plain form, for all pairs of weights and gradients and for the forms of
    /// <see cref="WorkerStorage.IsListed"/>.
    /// </remarks>
    public static IReadOnlyList<ShippedKernel> All => LazyAll.Value;

    /// <summary>The name of the kernel and what it is specialised for, the workers left out: a GPU has but one of a
    /// kind.</summary>
    public string Name
    {
        get
        {
            string all = Entry.Name == nameof(ApplyKernel.RunAll) ? ".RunAll" : "";
            string name = KernelsDocument.NameOf(Entry.DeclaringType!) + all;
            string[] arguments = [.. Arguments.Where(type => !IsWorker(type)).Select(type => type.Name)];
            name = arguments.Length == 0 ? name : $"{name}<{string.Join(", ", arguments)}>";
            return Storage is { IsSingle: false } storage ? $"{name} {storage}" : name;
        }
    }

    /// <summary>How the streams of its worker lie in memory; null where it has none.</summary>
    public WorkerStorage? Storage => Arguments.Select(WorkerStorage.Of).FirstOrDefault(storage => storage != null);

    /// <summary>The generic arguments, those of the type first.</summary>
    public IEnumerable<Type> Arguments =>
        Entry.DeclaringType!.GetGenericArguments().Concat(Entry.GetGenericArguments());

    /// <summary>What the kernel does to the elements of a tile, one for each place where it goes through one.</summary>
    public IReadOnlyList<Type> Streamed => [.. StreamedBy(Entry)];

    /// <summary>Tells whether a type is there for the CPU accelerator alone: it has code that ILGPU does not
    /// compile.</summary>
    public static bool IsOfTheHost(Type type) =>
        type.GetMethods().Any(method => method.IsDefined(typeof(IntrinsicImplementationAttribute)));

    private static bool IsWorker(Type type) =>
        new[] { typeof(ITileWorker), typeof(ISliceWorker), typeof(IClaims) }.Any(type.IsAssignableTo);

    private static IReadOnlyList<ShippedKernel> FindAll() =>
    [
        .. ClosedCalls.From(CodeReferences.Types.SelectMany(CodeReferences.MethodsOf).Where(IsClosed))
            .OfType<MethodInfo>()
            .Where(method => method.Name is nameof(ApplyKernel.Run) or nameof(ApplyKernel.RunAll))
            .Where(method => IsKernel(method.DeclaringType!))
            .Select(method => new ShippedKernel(method))
            .Where(kernel => !kernel.Arguments.Any(IsOfTheHost) && IsListed(kernel))
            .OrderBy(kernel => kernel.Name, StringComparer.Ordinal),
    ];

    // Where everything is float32 a lane takes four floats, whatever the types would allow.
    private static bool IsListed(ShippedKernel kernel) => kernel.Storage is not { IsSingle: false } storage
        ? !kernel.Arguments.Any(type => type.IsGenericType && type.GetGenericArguments()[0] == typeof(OctPack))
        : storage.IsListed && PlainForms.Contains(kernel.Entry.DeclaringType) && !kernel.Arguments.Any(IsRare)
            && kernel.Entry.Name != nameof(ApplyKernel.RunAll);

    private static readonly HashSet<Type?> PlainForms =
        [typeof(MomentKernel<DirectGradient, SharedWeights>), typeof(ApplyKernel)];

    private static bool IsRare(Type type) => type == typeof(ExclusiveWeights);

    private static bool IsClosed(MethodBase method) =>
        !method.ContainsGenericParameters && !method.DeclaringType!.ContainsGenericParameters;

    private static bool IsKernel(Type type) =>
        KernelsDocument.Kernels.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    private static IEnumerable<Type> StreamedBy(MethodBase method) => ClosedCalls.Of(method).SelectMany(called =>
        called.Name == nameof(ITileWorker.ForEach) && called.DeclaringType!.IsAssignableTo(typeof(ITileWorker))
            ? [called.GetGenericArguments()[0]]
            : StreamedBy(called));
}
