using System.Reflection;
using System.Text;
using System.Xml.Linq;
using System.Xml.XPath;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>What the documentation that is shipped beside the assembly says that a member throws.</summary>
internal static class DocumentedExceptions
{
    private static readonly Lazy<Dictionary<string, XElement>> Members = new(Load);

    /// <summary>The types that are documented for a member, inherited documentation included.</summary>
    public static Type[] Of(MethodBase method) => [.. Of(method, []).Distinct()];

    /// <summary>The name that documentation has for a member; that of the property for an accessor.</summary>
    public static string NameOf(MethodBase method)
    {
        string type = method.DeclaringType!.FullName!.Replace('+', '.');
        bool isAccessor = method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal);
        bool isSetter = method.IsSpecialName && method.Name.StartsWith("set_", StringComparison.Ordinal);
        ParameterInfo[] parameters = isSetter ? method.GetParameters()[..^1] : method.GetParameters();
        var name = new StringBuilder(isAccessor || isSetter ? $"P:{type}.{method.Name[4..]}" : $"M:{type}.");
        if (!isAccessor && !isSetter)
        {
            name.Append(method.IsConstructor ? "#ctor" : method.Name);
            name.Append(method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "");
        }

        if (parameters.Length > 0)
        {
            name.Append($"({string.Join(",", parameters.Select(parameter => NameOf(parameter.ParameterType)))})");
        }

        bool converts = method.Name is "op_Implicit" or "op_Explicit";
        return name.Append(converts ? $"~{NameOf(((MethodInfo)method).ReturnType)}" : "").ToString();
    }

    private static IEnumerable<Type> Of(MethodBase method, HashSet<string> seen)
    {
        if (Members.Value.TryGetValue(NameOf(method), out XElement? documented))
        {
            return Of(documented, method, seen);
        }

        return [];
    }

    private static IEnumerable<Type> Of(XElement documented, MethodBase? method, HashSet<string> seen)
    {
        foreach (XElement exception in documented.Elements("exception"))
        {
            yield return TypeOf(exception);
        }

        foreach (XElement inherits in documented.Elements("inheritdoc"))
        {
            foreach (Type type in Inherited(inherits, method, seen))
            {
                yield return type;
            }
        }
    }

    private static IEnumerable<Type> Inherited(XElement inherits, MethodBase? method, HashSet<string> seen)
    {
        string? source = inherits.Attribute("cref")?.Value ?? BaseOf(method);
        if (source == null || !seen.Add(source + inherits) || !Members.Value.TryGetValue(source, out XElement? from))
        {
            return [];
        }

        return inherits.Attribute("path") is { } path
            ? from.XPathSelectElements($".{path.Value}").Where(each => each.Name == "exception").Select(TypeOf)
            : Of(from, null, seen);
    }

    private static string? BaseOf(MethodBase? method) =>
        method is MethodInfo info && info.GetBaseDefinition() is var first && first != info ? NameOf(first) : null;

    private static Type TypeOf(XElement exception)
    {
        string name = exception.Attribute("cref")!.Value[2..];
        Assembly[] known = [typeof(object).Assembly, typeof(System.Text.Json.JsonException).Assembly,
            typeof(LambOptimizer).Assembly];
        return known.Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type != null)
            ?? throw new AssertFailedException($"The documentation names {name}, which is no exception.");
    }

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return $"{NameOf(type.GetElementType()!)}@";
        }

        if (!type.IsGenericType)
        {
            return type.FullName!.Replace('+', '.');
        }

        string open = type.GetGenericTypeDefinition().FullName!.Split('`')[0].Replace('+', '.');
        return $"{open}{{{string.Join(",", type.GetGenericArguments().Select(NameOf))}}}";
    }

    private static Dictionary<string, XElement> Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Lamb.Gpu.xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value)
            : throw new AssertInconclusiveException("There is no documentation beside the tests to hold the code to.");
    }
}
