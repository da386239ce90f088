using System.Globalization;
using CsCheck;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>Checks a law on so many random cases, the same ones on every run.</summary>
internal static class RandomCases
{
    private const ulong FirstSeed = 1904_00962;

    /// <summary>Checks each case; a failure names the seed that gives it again.</summary>
    /// <remarks>
    /// A seed a case: CsCheck itself fixes that of the first alone. Every third case runs under a culture with commas.
    /// A quick run takes the first eighth of them.
    /// </remarks>
    public static void Check<T>(int cases, Gen<T> gen, Action<T> law)
    {
        cases = Thorough.Cases(Math.Min(cases, Math.Max(cases / 8, 3)), cases);
        for (uint i = 0; i < cases; i++)
        {
            string seed = new PCG(i, FirstSeed).ToString();
            Action sample = () => gen.Sample(law, seed: seed, iter: 1, threads: 1);
            if (i % 3 == 2)
            {
                ForeignCulture.Use(sample);
            }
            else
            {
                sample();
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{cases} cases from seed {FirstSeed}, streams 0 to {cases - 1}"));
    }

    /// <inheritdoc cref="Check{T}(int, Gen{T}, Action{T})"/>
    public static void Check<T1, T2>(int cases, Gen<(T1 First, T2 Second)> gen, Action<T1, T2> law) =>
        Check(cases, gen, pair => law(pair.First, pair.Second));
}
