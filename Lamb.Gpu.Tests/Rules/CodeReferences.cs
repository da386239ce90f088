using System.Reflection;
using System.Reflection.Emit;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>What the code of the library refers to, read from its signatures and its intermediate language.</summary>
internal static class CodeReferences
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The types of the library, those that the compiler made within them included.</summary>
    public static Type[] Types => typeof(LambOptimizer).Assembly.GetTypes();

    /// <summary>Every method and constructor of a type.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared));

    /// <summary>Every type that a type names: its bases, members, locals, and what its code calls.</summary>
    public static IEnumerable<Type> TypesNamedBy(Type type)
    {
        IEnumerable<Type?> named = type.GetInterfaces()
            .Append(type.BaseType)
            .Concat(type.GetFields(Declared).Select(field => field.FieldType))
            .Concat(MethodsOf(type).SelectMany(method => method.GetParameters(), (_, given) => given.ParameterType))
            .Concat(MethodsOf(type).OfType<MethodInfo>().Select(method => method.ReturnType))
            .Concat(MethodsOf(type).SelectMany(MembersNamedBy).Select(TypeOf));
        return named.OfType<Type>().SelectMany(Parts).Distinct();
    }

    /// <summary>Every method, field and type that the code of a method names.</summary>
    public static IEnumerable<MemberInfo> MembersNamedBy(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[] typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = OpCodesByValue[code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at]];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField
                or OperandType.InlineType or OperandType.InlineTok)
            {
                int token = BitConverter.ToInt32(code, at);
                yield return method.Module.ResolveMember(token, typeArguments, methodArguments)!;
            }

            at += OperandSize(operation.OperandType, code, at);
        }
    }

    private static Type? TypeOf(MemberInfo member) => member as Type ?? member.DeclaringType;

    private static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.IsGenericType && !type.IsGenericTypeDefinition
            ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
            : [type];

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
