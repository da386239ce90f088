using System.Reflection;
using Lamb.Gpu.Tests.Rules;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>Follows the calls of the library's code with every generic argument filled in, as a compiler
/// does.</summary>
internal static class ClosedCalls
{
    private const BindingFlags Any =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>Every method of the library that some methods name or call, however far away, themselves
    /// included.</summary>
    public static IReadOnlySet<MethodBase> From(IEnumerable<MethodBase> starts)
    {
        var reached = new HashSet<MethodBase>(starts);
        var pending = new Queue<MethodBase>(reached);
        while (pending.TryDequeue(out MethodBase? method))
        {
            foreach (MethodBase called in Of(method).Where(reached.Add))
            {
                pending.Enqueue(called);
            }
        }

        return reached;
    }

    /// <summary>The methods of the library that a method names or calls itself, one for each place where it does;
    /// a static method of an interface is that of the type which the call is constrained to.</summary>
    public static IEnumerable<MethodBase> Of(MethodBase method)
    {
        Type? constrained = null;
        foreach (MemberInfo member in CodeReferences.MembersNamedBy(method))
        {
            if (member is MethodBase called && called.DeclaringType?.Assembly == typeof(LambOptimizer).Assembly)
            {
                yield return called is MethodInfo { IsStatic: true, IsAbstract: true } open && constrained != null
                    ? Implementation(open, constrained)
                    : called;
            }

            constrained = member as Type;
        }
    }

    private static MethodInfo Implementation(MethodInfo method, Type type)
    {
        MethodInfo wanted = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        InterfaceMapping map = type.GetInterfaceMap(method.DeclaringType!);
        MethodInfo found = map.TargetMethods[Array.IndexOf(map.InterfaceMethods, wanted)];
        return method.IsGenericMethod ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }
}
