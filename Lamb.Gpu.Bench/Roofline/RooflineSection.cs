using Lamb.Gpu.Bench.Roofline.Shapes;

namespace Lamb.Gpu.Bench.Roofline;

/// <summary>Shapes that are shown together, and what they came to.</summary>
/// <param name="Title">What they show.</param>
/// <param name="Shapes">The shapes.</param>
internal sealed record RooflineSection(string Title, IReadOnlyList<ModelShape> Shapes)
{
    /// <summary>Gets what grows from shape to shape, or null where they are just different.</summary>
    public GrowthAxis? Growth { get; init; }

    /// <summary>Gets the results, without those that did not fit the memory.</summary>
    public IReadOnlyList<RooflineRow> Rows { get; init; } = [];
}
