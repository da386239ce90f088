namespace Lamb.Gpu.Bench.Soak;

/// <summary>What a soak came to.</summary>
/// <param name="Steps">The steps that each training was called for.</param>
/// <param name="Periods">How often one of each pair went on from its file.</param>
/// <param name="Difference">The first step after which a pair differed, and which one, or null.</param>
/// <param name="Readings">What the process held, in order.</param>
internal sealed record SoakResult(
    long Steps, long Periods, string? Difference, IReadOnlyList<SoakReading> Readings)
{
    /// <summary>Gets what has grown, and by how much.</summary>
    public IReadOnlyList<SoakGrowth> Growth { get; } = SoakGrowth.Of(Readings);

    /// <summary>Gets whether it was stopped before the last period.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Gets whether nothing differs and nothing has grown by more than it may.</summary>
    public bool IsSound => Difference == null && !Growth.Any(growth => growth.IsTooMuch);
}
