namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>The sizes of a character network.</summary>
/// <param name="Symbols">The size of the vocabulary.</param>
/// <param name="Window">How many symbols the network sees.</param>
/// <param name="Embedding">The floats that stand for one symbol.</param>
/// <param name="Hidden">The width of both hidden layers.</param>
internal sealed record NetworkShape(int Symbols, int Window, int Embedding, int Hidden)
{
    /// <summary>The floats that stand for one window.</summary>
    public int Inputs => Window * Embedding;
}
