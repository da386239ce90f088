namespace Lamb.Gpu.Launch;

/// <summary>The numbers of a launch in which workers claim what they do.</summary>
/// <param name="Workers">The groups that claim.</param>
/// <param name="Length">The elements that are claimed at once where tiles are shorter.</param>
/// <param name="Lag">The tiles of moments between the last of a variable and its apply.</param>
internal sealed record ClaimTuning(int Workers, int Length, int Lag);
