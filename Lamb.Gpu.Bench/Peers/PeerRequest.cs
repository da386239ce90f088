using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds what the script is asked for.</summary>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The threads on the CPU.</param>
/// <param name="Rounds">The rounds that a median is taken of.</param>
/// <param name="Seconds">What a round takes at least.</param>
/// <param name="Shapes">The models.</param>
internal sealed record PeerRequest(
    string Device, int Threads, int Rounds, double Seconds, IReadOnlyList<PeerShape> Shapes);

/// <summary>Holds what the script needs of a model: the shapes of its variables.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Variables">The shape of each variable.</param>
internal sealed record PeerShape(string Name, IReadOnlyList<IReadOnlyList<long>> Variables)
{
    /// <summary>Takes the shapes of a model.</summary>
    public static PeerShape Of(ModelShape model) =>
        new(model.Name, [.. model.Variables.Select(variable => variable.Shape)]);
}
