using System.Reflection;
using Lamb.Gpu.Kernels;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>The JIT compiler is asked to inline what the loop over a tile asks a kernel for.</summary>
/// <remarks>It inlines small getters by itself, but not in a method as large as that loop.</remarks>
[TestClass]
public class InliningRules
{
    [TestMethod]
    public void WhatAKernelIsAskedInTheLoopIsInlined()
    {
        Type[] kernels =
            [.. CodeReferences.Types.Where(type => !type.IsInterface && type.IsAssignableTo(typeof(ITileKernel)))];
        Assert.IsGreaterThan(5, kernels.Length);
        string[] found =
        [
            .. from kernel in kernels
               from method in kernel.GetMethods(BindingFlags.Public | BindingFlags.Static)
               where IsInTheLoop(method) && !IsConstant(method)
               where !method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveInlining)
               select $"{kernel.Name}.{method.Name}",
        ];
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    private static bool IsInTheLoop(MethodInfo method) =>
        method.IsSpecialName || (method.Name == nameof(ITileKernel.Compute) && method.ReturnType == typeof(void)
            && method.GetParameters()[0].ParameterType.IsByRef);

    // ldc and ret, at most five bytes and one; or nothing but ret.
    private static bool IsConstant(MethodInfo method) => method.GetMethodBody()!.GetILAsByteArray()!.Length <= 6;
}
