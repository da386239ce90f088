using ILGPU.Runtime;

namespace Lamb.Gpu.Bench.Checkpoints;

/// <summary>A training of nothing in particular that goes on from its checkpoint, in this process or another.</summary>
/// <remarks>The gradients of a step follow from its number alone.</remarks>
internal sealed class SavedTraining : IDisposable
{
    private static readonly LambOptions Options = new()
    {
        LearningRate = new CosineDecay(0.01, 1000),
        WeightDecay = 0.01,
        GradientAccumulationSteps = 2,
        UseEma = true,
        DynamicLossScale = new LambDynamicLossScale { InitialScale = 4, DynamicGrowthSteps = 5 },
    };

    private readonly string path;
    private readonly LambDevice device = LambDevice.Open(LambDeviceKind.Cpu);
    private readonly LambVariables variables;
    private readonly LambOptimizer optimizer;

    /// <summary>Begins at the checkpoint, or anew where there is none.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="parameters">How many weights there are, 100 or more.</param>
    public SavedTraining(string path, int parameters)
    {
        this.path = path;
        variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("kernel", [parameters - 20]),
            new LambVariableSpec("bias", [20]) { ExcludeFromWeightDecay = true });
        optimizer = new LambOptimizer(variables, Options);
        if (File.Exists(path))
        {
            optimizer.LoadCheckpoint(path);
        }
        else
        {
            Fill(variable => variable.Weights, -1);
        }
    }

    /// <summary>Takes so many steps, and saves after each or after the last.</summary>
    public void Run(int steps, bool savesEach)
    {
        for (int step = 1; step <= steps; step++)
        {
            Fill(variable => variable.Gradients, (int)optimizer.RawIterations);
            optimizer.Step();
            if (savesEach || step == steps)
            {
                optimizer.SaveCheckpoint(path);
            }
        }
    }

    public void Dispose()
    {
        optimizer.Dispose();
        variables.Dispose();
        device.Dispose();
    }

    private void Fill(Func<LambVariable, ILGPU.ArrayView<float>> part, int seed)
    {
        var random = new Random(seed + 1);
        foreach (LambVariable variable in variables)
        {
            part(variable).CopyFromCPU([.. Enumerable.Range(0, (int)variable.Length).Select(_ => random.NextSingle())]);
        }
    }
}
