using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds what the script needs of a model: the shapes of its variables.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Variables">The shape of each variable.</param>
internal sealed record PeerShape(string Name, IReadOnlyList<IReadOnlyList<long>> Variables)
{
    /// <summary>Takes the shapes of a model.</summary>
    public static PeerShape Of(ModelShape model) =>
        new(model.Name, [.. model.Variables.Select(variable => variable.Shape)]);
}
