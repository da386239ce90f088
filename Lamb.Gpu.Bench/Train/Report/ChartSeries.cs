namespace Lamb.Gpu.Bench.Train.Report;

/// <summary>Holds one line of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Color">A colour as CSS knows it.</param>
/// <param name="IsDashed">Whether the line is broken.</param>
/// <param name="Points">The points, from left to right.</param>
internal sealed record ChartSeries(
    string Name, string Color, bool IsDashed, IReadOnlyList<(double X, double Y)> Points);
