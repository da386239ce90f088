namespace Lamb.Gpu.Bench.Train;

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
