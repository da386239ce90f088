using System.Diagnostics;
using System.Runtime.InteropServices;
using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Checkpoints;

/// <summary>Times saving and loading in turn with a copy of the same file in the same folder.</summary>
/// <param name="device">Where the state lies.</param>
/// <param name="folder">Where the files lie.</param>
/// <param name="rounds">How often.</param>
/// <param name="progress">Told before everything that takes long.</param>
internal sealed class CheckpointMeter(LambDevice device, string folder, int rounds, Action<string> progress)
{
    // Weights and two moments, four bytes each.
    private const int BytesPerParameter = 12;
    private const int LargestVariable = 1 << 22;
    private const int BufferSize = 1 << 22;

    /// <summary>The bytes of the device that a state of about so many bytes takes, with its gradients.</summary>
    public static double MemoryOf(long bytes) =>
        (double)bytes * (BytesPerParameter + sizeof(float)) / BytesPerParameter;

    /// <summary>Measures a state of about so many bytes.</summary>
    /// <returns>All rounds, or those that were whole when the token was cancelled.</returns>
    public CheckpointRow Measure(long bytes, CancellationToken cancellation)
    {
        progress("allocating and filling the state");
        string file = Path.Combine(folder, $"lamb-gpu-{Guid.NewGuid():n}.safetensors"), copy = file + ".copy";
        long parameters = Math.Max(bytes / BytesPerParameter, 1);
        using var variables = LambVariables.Allocate(device.Accelerator, [.. Specs(parameters)]);
        using var optimizer = new LambOptimizer(variables);
        FillWithNoise(optimizer, variables);
        try
        {
            progress("the first save and the first copy, which do not count");
            optimizer.SaveCheckpoint(file);
            Copy(file, copy);
            List<double> saves = [], loads = [], copies = [];
            while (saves.Count < rounds && !cancellation.IsCancellationRequested)
            {
                progress($"round {saves.Count + 1} of {rounds}");
                saves.Add(Time(() => optimizer.SaveCheckpoint(file)));
                copies.Add(Time(() => Copy(file, copy)));
                loads.Add(Time(() => optimizer.LoadCheckpoint(file)));
            }

            return new CheckpointRow(new FileInfo(file).Length, parameters, saves, loads, copies);
        }
        finally
        {
            File.Delete(file);
            File.Delete(copy);
        }
    }

    private static IEnumerable<LambVariableSpec> Specs(long parameters)
    {
        for (long done = 0; done < parameters; done += LargestVariable)
        {
            long length = Math.Min(parameters - done, LargestVariable);
            yield return new LambVariableSpec($"v{done / LargestVariable}", [length]);
        }
    }

    // Zeros can be cheaper than other bytes, in memory and on disks.
    private static void FillWithNoise(LambOptimizer optimizer, LambVariables variables)
    {
        var noise = new float[LargestVariable];
        Random.Shared.NextBytes(MemoryMarshal.AsBytes(noise.AsSpan()));
        foreach (LambVariable variable in variables)
        {
            float[] part = noise[..(int)variable.Length];
            variable.Weights.CopyFromCPU(part);
            optimizer.FirstMoment(variable).CopyFromCPU(part);
            optimizer.SecondMoment(variable).CopyFromCPU(part);
        }
    }

    // As cp does it, and flushed to the disk, into a file that is not there: as a checkpoint is.
    private static void Copy(string from, string to)
    {
        File.Delete(to);
        var buffer = new byte[BufferSize];
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        for (int read = source.Read(buffer); read > 0; read = source.Read(buffer))
        {
            target.Write(buffer.AsSpan(0, read));
        }

        target.Flush(flushToDisk: true);
    }

    private static double Time(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }
}

/// <summary>What saving and loading took, beside a copy of the same file.</summary>
/// <param name="Bytes">The bytes of the checkpoint.</param>
/// <param name="Parameters">The weights that it holds.</param>
/// <param name="Save">The seconds of each round.</param>
/// <param name="Load">The seconds of each round.</param>
/// <param name="Copy">The seconds of each round.</param>
internal sealed record CheckpointRow(
    long Bytes, long Parameters, IReadOnlyList<double> Save, IReadOnlyList<double> Load, IReadOnlyList<double> Copy)
{
    /// <summary>Gets the median of the copy's time over that of saving, round by round; 1 is as fast.</summary>
    public double SaveFraction => Median(Copy.Zip(Save, (copy, save) => copy / save));

    /// <summary>Gets the median of the copy's time over that of loading, round by round; 1 is as fast.</summary>
    public double LoadFraction => Median(Copy.Zip(Load, (copy, load) => copy / load));

    /// <summary>Returns the middle of values, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
