using System.Reflection;
using ILGPU.IR.Intrinsics;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Tests.Documents;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>A kernel as a GPU gets it, all generic arguments filled in.</summary>
/// <param name="Entry">What is compiled.</param>
internal sealed record ShippedKernel(MethodInfo Entry)
{
    private static readonly Lazy<IReadOnlyList<ShippedKernel>> LazyAll = new(FindAll);

    /// <summary>Every kernel that the library can load on a GPU, found by following its code: what it does not name,
    /// it cannot load.</summary>
    public static IReadOnlyList<ShippedKernel> All => LazyAll.Value;

    /// <summary>The name of the kernel and what it is specialised for, the workers left out: a GPU has but one of a
    /// kind.</summary>
    public string Name
    {
        get
        {
            string name = KernelsDocument.NameOf(Entry.DeclaringType!);
            string[] arguments = [.. Arguments.Where(type => !IsWorker(type)).Select(type => type.Name)];
            return arguments.Length == 0 ? name : $"{name}<{string.Join(", ", arguments)}>";
        }
    }

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
            .Where(method => method.Name == nameof(ApplyKernel.Run) && IsKernel(method.DeclaringType!))
            .Select(method => new ShippedKernel(method))
            .Where(kernel => !kernel.Arguments.Any(IsOfTheHost))
            .OrderBy(kernel => kernel.Name, StringComparer.Ordinal),
    ];

    private static bool IsClosed(MethodBase method) =>
        !method.ContainsGenericParameters && !method.DeclaringType!.ContainsGenericParameters;

    private static bool IsKernel(Type type) =>
        KernelsDocument.Kernels.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type);

    private static IEnumerable<Type> StreamedBy(MethodBase method) => ClosedCalls.Of(method).SelectMany(called =>
        called.Name == nameof(ITileWorker.Advance) && called.DeclaringType!.IsAssignableTo(typeof(ITileWorker))
            ? [called.GetGenericArguments()[0]]
            : StreamedBy(called));
}
