using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>The same training twice: straight, and in a new optimizer from each checkpoint on.</summary>
internal sealed class SoakPair : IDisposable
{
    private readonly string straightFile;
    private readonly string resumedFile;
    private readonly SoakGradients gradients;

    /// <summary>Begins both.</summary>
    /// <param name="accelerator">Where.</param>
    /// <param name="options">What is trained.</param>
    /// <param name="folder">Where the checkpoints go.</param>
    public SoakPair(Accelerator accelerator, SoakCase options, string folder)
    {
        straightFile = Path.Combine(folder, $"{options.Name}-straight.safetensors");
        resumedFile = Path.Combine(folder, $"{options.Name}-resumed.safetensors");
        gradients = new SoakGradients(options.Specs);
        Straight = new SoakTraining(accelerator, options);
        Resumed = new SoakTraining(accelerator, options);
    }

    /// <summary>Gets the one that stays in its optimizer.</summary>
    public SoakTraining Straight { get; }

    /// <summary>Gets the one that goes from file to file.</summary>
    public SoakTraining Resumed { get; }

    /// <summary>Takes a step in both.</summary>
    public void Step(long call)
    {
        Straight.Step(gradients, call);
        Resumed.Step(gradients, call);
    }

    /// <summary>Saves both, and goes on in a new optimizer in one of them.</summary>
    /// <returns>Whether the two files have the same bytes: weights, state, counters, loss scale.</returns>
    public bool EndPeriod()
    {
        Straight.Save(straightFile);
        Resumed.Save(resumedFile);
        bool isSame = File.ReadAllBytes(straightFile).AsSpan().SequenceEqual(File.ReadAllBytes(resumedFile));
        Resumed.GoOnFrom(resumedFile);
        return isSame;
    }

    public void Dispose()
    {
        Straight.Dispose();
        Resumed.Dispose();
    }
}
