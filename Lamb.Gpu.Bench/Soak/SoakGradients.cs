using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>Gradients by the number of the call, the same ones in every run; one in a hundred is not finite.</summary>
internal sealed class SoakGradients
{
    /// <summary>The loss scale at first, which they are multiples of.</summary>
    public const int Scale = 1024;

    /// <summary>After how many calls one is not finite: by then the loss scale has doubled once.</summary>
    public const int Poisoned = 100;

    private const int Sets = 8;

    private readonly float[][][] singles;
    private readonly BFloat16[][][] brains;

    public SoakGradients(IReadOnlyList<LambVariableSpec> specs)
    {
        singles = [.. Enumerable.Range(0, Sets).Select(set => Draw(specs, new Random(set)))];
        brains = [.. singles.Select(set => set.Select(Narrow).ToArray())];
    }

    /// <summary>Writes those of a call.</summary>
    public void Write(LambVariables variables, long call)
    {
        int set = (int)(call % Sets);
        for (int i = 0; i < variables.Count; i++)
        {
            Write(variables[i].GradientView, singles[set][i], brains[set][i]);
        }

        if (call % Poisoned == Poisoned - 1)
        {
            bool isOdd = call / Poisoned % 2 != 0;
            float[] poisoned = [isOdd ? float.NaN : float.PositiveInfinity, .. singles[set][0][1..]];
            Write(variables[0].GradientView, poisoned, Narrow(poisoned));
        }
    }

    private static float[][] Draw(IEnumerable<LambVariableSpec> specs, Random random) =>
        [.. specs.Select(spec => Draw(spec.Shape.Aggregate(1L, (product, size) => product * size), random))];

    private static float[] Draw(long length, Random random) =>
        [.. Enumerable.Range(0, (int)length).Select(_ => ((2 * random.NextSingle()) - 1) * Scale)];

    private static BFloat16[] Narrow(float[] values) => Array.ConvertAll(values, value => (BFloat16)value);

    private static void Write(LambView array, float[] wide, BFloat16[] narrow)
    {
        if (array.DataType == LambDataType.BFloat16)
        {
            array.As<BFloat16>().CopyFromCPU(narrow);
        }
        else
        {
            array.As<float>().CopyFromCPU(wide);
        }
    }
}
