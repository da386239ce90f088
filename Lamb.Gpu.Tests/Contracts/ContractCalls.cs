using System.Reflection;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>Calls members with all that the table has for them, and keeps what they throw.</summary>
internal sealed class ContractCalls(TestDevice device) : IDisposable
{
    // Beyond that, one argument at a time is another than the first.
    private static readonly int AllCombinations = Thorough.Choose(quick: 9, thorough: 50);

    private static readonly BindingFlags Unwrapped = BindingFlags.DoNotWrapExceptions;

    private readonly HashSet<(MethodBase, ContractState)> pairs = [];
    private readonly ContractFixture plain = new(device, false, ContractState.Fresh);
    private readonly ContractFixture rich = new(device, true, ContractState.Fresh);

    /// <summary>Gets how many calls were made.</summary>
    public int Count { get; private set; }

    /// <summary>Gets how many members were called in how many states.</summary>
    public int Pairs => pairs.Count;

    /// <summary>Gets what was thrown and is documented.</summary>
    public HashSet<(MethodBase Member, Type Type)> Thrown { get; } = [];

    /// <summary>Gets what was thrown and is not documented.</summary>
    public List<string> Undocumented { get; } = [];

    /// <summary>Tells whether the documentation of a member names an exception, or what it derives from.</summary>
    public static bool IsDocumented(MethodBase member, Type thrown) => DocumentedExceptions.Of(member).Any(
        documented => documented == thrown || (thrown.IsSubclassOf(documented)
            && thrown != typeof(ObjectDisposedException)));

    public void Dispose()
    {
        plain.Dispose();
        rich.Dispose();
    }

    /// <summary>Calls a member that knows no optimizer: one state is as good as another.</summary>
    public void Try(MethodBase member) => Sweep(member, false, ContractState.Fresh, plain);

    /// <summary>Calls members in every state; what ends something comes last.</summary>
    public void TryInStates(MethodBase[] members)
    {
        foreach (ContractState state in Enum.GetValues<ContractState>())
        {
            foreach (bool isRich in new[] { false, true })
            {
                bool isLasting = state >= ContractState.Disposed;
                using ContractFixture? lasting = isLasting ? Make(isRich, state) : null;
                foreach (MethodBase member in members.OrderBy(member => member.Name == "Dispose"))
                {
                    Sweep(member, isRich, state, lasting);
                }
            }
        }
    }

    private void Sweep(MethodBase member, bool isRich, ContractState state, ContractFixture? lasting)
    {
        pairs.Add((member, state));
        foreach (MethodBase closed in Closed(member))
        {
            int combinations = 1;
            for (int combination = 0; combination < combinations; combination++)
            {
                ContractFixture fixture = lasting ?? Make(isRich, state);
                try
                {
                    combinations = Call(member, closed, new ContractArguments(fixture), combination, state);
                }
                finally
                {
                    if (lasting == null)
                    {
                        fixture.Dispose();
                    }
                }
            }
        }
    }

    private ContractFixture Make(bool isRich, ContractState state) =>
        new(device, isRich, state, isRich ? rich : plain);

    private int Call(
        MethodBase member, MethodBase closed, ContractArguments table, int combination, ContractState state)
    {
        object?[] targets = closed.IsStatic || closed.IsConstructor ? [null] : table.Instances(closed.DeclaringType!);
        object?[][] values =
        [
            targets,
            .. closed.GetParameters().Select(parameter => parameter.IsOut
                ? [null]
                : table.Values(parameter.ParameterType, parameter.Name!)),
        ];
        int[] choice = Choice(values, combination, out int combinations);
        object?[] chosen = [.. values.Select((of, place) => of[choice[place]])];
        Count++;
        try
        {
            Invoke(closed, chosen[0], chosen[1..]);
        }
        catch (Exception thrown) when (IsDocumented(member, thrown.GetType()))
        {
            Thrown.Add((member, thrown.GetType()));
        }
        catch (Exception thrown)
        {
            string given = string.Join(", ", chosen.Select(each => each ?? "null"));
            Undocumented.Add($"{DocumentedExceptions.NameOf(member)}, {state}, ({given}): {thrown.GetType().Name}: "
                + thrown.Message);
        }

        return combinations;
    }

    private static int[] Choice(object?[][] values, int combination, out int combinations)
    {
        long all = values.Aggregate(1L, (product, of) => product * of.Length);
        var choice = new int[values.Length];
        if (all <= AllCombinations)
        {
            combinations = (int)all;
            for (int place = 0; place < values.Length; place++)
            {
                choice[place] = combination % values[place].Length;
                combination /= values[place].Length;
            }

            return choice;
        }

        combinations = 1 + values.Sum(of => of.Length - 1);
        int rest = combination - 1;
        for (int place = 0; place < values.Length && rest >= 0; place++)
        {
            if (rest < values[place].Length - 1)
            {
                choice[place] = rest + 1;
                break;
            }

            rest -= values[place].Length - 1;
        }

        return choice;
    }

    private static void Invoke(MethodBase member, object? target, object?[] arguments)
    {
        object? result = member is ConstructorInfo constructor
            ? constructor.Invoke(Unwrapped, null, arguments, null)
            : member.Invoke(target, Unwrapped, null, arguments, null);
        if (result is IDisposable made and (LambOptimizer or LambVariables or LambDevice))
        {
            made.Dispose();
        }
    }

    private static MethodBase[] Closed(MethodBase member)
    {
        Type[] types = [typeof(float), typeof(BFloat16), typeof(double)];
        return member is MethodInfo { IsGenericMethodDefinition: true } open
            ? Array.ConvertAll(types, type => open.MakeGenericMethod(type))
            : [member];
    }
}
