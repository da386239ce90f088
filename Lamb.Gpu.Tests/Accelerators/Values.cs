using ILGPU;
using ILGPU.Runtime;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Numbers for tests: the same ones for the same seed, and the way to and from a device.</summary>
internal static class Values
{
    /// <summary>Values spread evenly over [−scale, scale).</summary>
    public static float[] Random(long length, int seed, float scale = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)length).Select(_ => ((2 * random.NextSingle()) - 1) * scale)];
    }

    /// <summary>Writes an array to the device.</summary>
    public static void Write(this ArrayView<float> view, float[] values)
    {
        if (values.Length > 0)
        {
            view.CopyFromCPU(values);
        }
    }

    /// <summary>Waits for the device and reads a view.</summary>
    public static float[] Read(this ArrayView<float> view, Accelerator accelerator)
    {
        accelerator.Synchronize();
        var values = new float[view.Length];
        if (values.Length > 0)
        {
            view.CopyToCPU(values);
        }

        return values;
    }

    /// <summary>Fills the weights and the gradients of every variable from a seed.</summary>
    public static void Fill(this LambVariables variables, int seed)
    {
        for (int i = 0; i < variables.Count; i++)
        {
            variables[i].Weights.Write(Random(variables[i].Length, seed + (2 * i)));
            variables[i].Gradients.Write(Random(variables[i].Length, seed + (2 * i) + 1, 0.1f));
        }
    }

    /// <summary>The bit patterns, for comparisons to the last bit that also tell NaN from NaN.</summary>
    public static int[] Bits(this float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
