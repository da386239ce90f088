using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>What the library writes depends neither on the culture of a thread nor on what a program has switched
/// off.</summary>
[TestClass]
public class TextRules
{
    private static readonly Type[] Fractions =
    [
        typeof(float), typeof(double), typeof(decimal), typeof(Half), typeof(float?), typeof(double?),
        typeof(DateTime), typeof(TimeSpan),
    ];

    // The compiler's analyzers see a ToString without a culture, but not what stands within a text.
    [TestMethod]
    public void NoTextTakesAFractionAsItsCultureWritesIt()
    {
        string[] found = Found(Calls(method =>
                method is MethodInfo { IsGenericMethod: true, Name: "AppendFormatted" or "Join" or "Concat" } generic
                && generic.GetGenericArguments().Any(Fractions.Contains))
            .Where(call => !IsGivenACulture(call.Caller)));
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    // It throws where a program has switched reflection off for JSON.
    [TestMethod]
    public void NoJsonIsWrittenByReflection()
    {
        string[] found = Found(Calls(method => method.DeclaringType == typeof(JsonSerializer)));
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    [TestMethod]
    public void TheRulesSeeATextWhereThereIsOne() => Assert.IsTrue(
        Calls(method => method.Name == "AppendFormatted").Any(call => call.Called.IsGenericMethod));

    // As string.Create(CultureInfo.InvariantCulture, …) does it.
    private static bool IsGivenACulture(MethodBase method) => CodeReferences.MembersNamedBy(method)
        .OfType<ConstructorInfo>()
        .Where(made => made.DeclaringType == typeof(DefaultInterpolatedStringHandler))
        .All(made => made.GetParameters().Any(given => given.ParameterType == typeof(IFormatProvider)));

    private static IEnumerable<(MethodBase Caller, MethodBase Called)> Calls(Predicate<MethodBase> isSought) =>
        from type in CodeReferences.Types
        from method in CodeReferences.MethodsOf(type)
        from called in CodeReferences.MembersNamedBy(method).OfType<MethodBase>()
        where isSought(called)
        select (method, called);

    private static string[] Found(IEnumerable<(MethodBase Caller, MethodBase Called)> calls) =>
        [.. calls.Select(call => $"{call.Caller.DeclaringType}.{call.Caller.Name} calls {call.Called}").Distinct()];
}
