using Lamb.Gpu.Bench.Train.Backend;

namespace Lamb.Gpu.Bench.Train;

/// <summary>Measures how well a network predicts.</summary>
internal sealed class Evaluator(CharacterNetwork network, int[] text, int maxRows)
{
    /// <summary>The mean −log₂ p of the characters at the given positions.</summary>
    public double BitsPerCharacter(int[] positions)
    {
        double nats = 0;
        foreach (int[] rows in positions.Chunk(maxRows))
        {
            network.Load(Batch.FromText(text, rows, network.Shape));
            network.Forward();
            nats += network.ReadLossSum();
        }

        return nats / positions.Length / Math.Log(2);
    }
}
