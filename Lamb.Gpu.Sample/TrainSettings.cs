namespace Lamb.Gpu.Sample;

/// <summary>Holds what a run can be told.</summary>
internal sealed record TrainSettings
{
    /// <summary>Decides the first weights, the order of the batches and the sample text.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of optimizer steps.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>The windows of one step.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>The highest learning rate. Twice as much diverges: 0.03 was seen to.</summary>
    public double LearningRate { get; init; } = 0.015;

    /// <summary>The decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>How weights and gradients lie in memory.</summary>
    public LambDataType Storage { get; init; }

    /// <summary>What becomes of steps that weights of 16 bits are too coarse for.</summary>
    public HalfWeights Weights { get; init; }

    /// <summary>How both moments lie in memory.</summary>
    public LambDataType Moments { get; init; }

    /// <summary>What the loss is multiplied with at first, where the gradients are float16.</summary>
    public double LossScale { get; init; } = new LambDynamicLossScale().InitialScale;

    /// <summary>The storage, and what is not usual about weights and moments.</summary>
    public string StorageText
    {
        get
        {
            string weights = Weights == HalfWeights.Master ? "" : $", {Weights}";
            string moments = Moments == LambDataType.Float32 ? "" : $", moments {Moments}";
            return $"{Storage}{weights}{moments}".ToLowerInvariant();
        }
    }

    /// <summary>The characters that the network sees.</summary>
    public int Window { get; init; } = 12;

    /// <summary>The floats that stand for a character.</summary>
    public int Embedding { get; init; } = 32;

    /// <summary>The width of the hidden layers.</summary>
    public int Hidden { get; init; } = 256;
}

/// <summary>Names what becomes of a step that weights of 16 bits are too coarse for.</summary>
internal enum HalfWeights
{
    /// <summary>A master copy in float32 keeps it; the weights are that copy, rounded.</summary>
    Master,

    /// <summary>The weights are alone, and what is less than half of their last place is lost.</summary>
    Nearest,

    /// <summary>The weights are alone, and chance decides, so that the mean is right.</summary>
    Stochastic,
}
