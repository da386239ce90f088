using Lamb.Gpu.Constraints;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Documents;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>The code of every kernel for NVIDIA's GPUs, as far as one can tell without a GPU.</summary>
[TestClass]
public class ShippedKernelTests
{
    public static IEnumerable<object[]> Architectures => Architecture.All.Select(each => new object[] { each.Name });

    [TestMethod]
    public void EveryKernelIsShippedOrPartOfOneThatIs()
    {
        var used = ShippedKernel.All
            .SelectMany(kernel => kernel.Streamed.SelectMany(Parts).Append(kernel.Entry.DeclaringType!))
            .Select(KernelsDocument.NameOf)
            .ToHashSet();
        string[] missing = [.. KernelsDocument.Kernels.Select(KernelsDocument.NameOf).Except(used)];
        Assert.IsEmpty(missing, "Nothing loads " + string.Join(", ", missing));
    }

    [TestMethod]
    public void WhateverAKernelIsGenericOverIsShippedInEveryFormThatAGpuCanTake()
    {
        var used = ShippedKernel.All.SelectMany(kernel => kernel.Arguments).Select(Definition).ToHashSet();

        // A kernel behind which another one sums is a kernel itself: the test above asks for those.
        Type[] interfaces =
            [.. ShippedKernel.All.SelectMany(Constraints).Select(Definition).Distinct().Except([typeof(ITileKernel)])];
        CollectionAssert.IsSubsetOf(
            new[]
            {
                typeof(IGradient), typeof(IWeightAccess), typeof(ITileWorker), typeof(ISliceWorker),
            },
            interfaces);
        string[] missing =
        [
            .. from type in CodeReferences.Types
               where type.IsValueType && !ShippedKernel.IsOfTheHost(type) && !used.Contains(type)
               where type.GetInterfaces().Select(Definition).Intersect(interfaces).Any()
               select type.Name,
        ];
        Assert.IsEmpty(missing, "No kernel is loaded with " + string.Join(", ", missing));
    }

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void NoLineBreaksARule(string architecture) => AssertNone(
        SourcesFor(architecture).SelectMany(source => PtxRule.Broken(source.Ptx)));

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void EveryStreamIsMovedBySixteenBytes(string architecture) => AssertNone(
        SourcesFor(architecture).SelectMany(source => StreamAccesses.Wrong(
            source.Ptx, source.Kernel.Streamed, source.Kernel.Storage)));

    [TestMethod]
    [DynamicData(nameof(Architectures))]
    public void NothingIsSpilledAndNothingLiesOnAStack(string architecture)
    {
        var assembler = Assembler.Find();
        AssertNone(
            from source in SourcesFor(architecture)
            let resources = assembler.Assemble(source.Ptx)
            where resources.SpilledBytes != 0 || resources.StackBytes != 0
            select $"{source.Kernel.Name} for SM {architecture} takes {resources}");
    }

    [TestMethod]
    public void EveryGroupHasAsManyLanes() =>
        Assert.AreEqual(SliceLayout.MaxLanes, Architecture.GroupSize, "the table of kernels.md needs another column");

    // Where ptxas is, all of them are assembled anyway.
    private static IEnumerable<(ShippedKernel Kernel, PtxSource Ptx)> SourcesFor(string name)
    {
        Architecture architecture = Architecture.All.Single(each => each.Name == name);
        return (Thorough.IsOn || TestDevice.IsRequired("ptxas") ? ShippedKernel.All : OneFormOfEach(architecture))
            .Select(kernel => (kernel, PtxSource.Of(kernel, architecture)));
    }

    // Each for one of the architectures, the last form: of those that are generic the one with the most to do.
    private static IEnumerable<ShippedKernel> OneFormOfEach(Architecture architecture) => ShippedKernel.All
        .GroupBy(kernel => Definition(kernel.Entry.DeclaringType!))
        .Select(forms => forms.Last())
        .Where((_, i) => Architecture.All[i % Architecture.All.Count] == architecture);

    private static IEnumerable<Type> Constraints(ShippedKernel kernel) => kernel.Arguments.Any()
        ? Definition(kernel.Entry.DeclaringType!).GetGenericArguments()
            .Concat(kernel.Entry.IsGenericMethod ? kernel.Entry.GetGenericMethodDefinition().GetGenericArguments() : [])
            .SelectMany(parameter => parameter.GetGenericParameterConstraints())
            .Where(constraint => constraint.IsInterface)
        : [];

    private static IEnumerable<Type> Parts(Type type) => type.GetGenericArguments().SelectMany(Parts).Append(type);

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static void AssertNone(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.IsEmpty(all, string.Join(Environment.NewLine, all));
    }
}
