namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>How far the float32 run of Keras is from its float64 run.</summary>
/// <param name="Comparable">Whether rounding is all that lies between them.</param>
internal sealed record PrecisionGap(bool AllFinite, double MaxAbsDiff, double MaxRelL2Diff, bool Comparable);
