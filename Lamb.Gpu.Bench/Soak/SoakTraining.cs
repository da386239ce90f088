using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Soak;

/// <summary>One training that goes on for as long as it is stepped, in one optimizer or from file to file.</summary>
internal sealed class SoakTraining : IDisposable
{
    private readonly SoakCase options;
    private readonly LambVariables variables;
    private LambOptimizer optimizer;

    public SoakTraining(Accelerator accelerator, SoakCase options)
    {
        this.options = options;
        variables = LambVariables.Allocate(accelerator, options.Specs);
        optimizer = new LambOptimizer(variables, options.Options);
        Fill(index => MathF.Sin(index));
    }

    /// <summary>Gets how many gradients have been taken, skipped ones not.</summary>
    public long RawIterations => optimizer.RawIterations;

    /// <summary>Takes the step of a call.</summary>
    public void Step(SoakGradients gradients, long call)
    {
        gradients.Write(variables, call);
        optimizer.Step();
    }

    /// <summary>Saves a checkpoint.</summary>
    public void Save(string path) => optimizer.SaveCheckpoint(path);

    /// <summary>Goes on from a checkpoint in a new optimizer, with no weight left of before.</summary>
    public void GoOnFrom(string path)
    {
        optimizer.Dispose();
        Fill(_ => 7);
        optimizer = new LambOptimizer(variables, options.Options);
        optimizer.LoadCheckpoint(path);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        variables.Dispose();
    }

    private void Fill(Func<int, float> value)
    {
        foreach (LambVariable variable in variables)
        {
            float[] values = [.. Enumerable.Range(0, (int)variable.Length).Select(value)];
            if (options.Storage == LambDataType.BFloat16)
            {
                variable.WeightView.As<BFloat16>().CopyFromCPU(
                    Array.ConvertAll(values, each => (BFloat16)each));
            }
            else
            {
                variable.Weights.CopyFromCPU(values);
            }
        }
    }
}

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
