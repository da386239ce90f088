namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>The constructor arguments of a LossScaleOptimizer; null is a default that was not passed.</summary>
internal sealed record LossScaleArguments(double? InitialScale = null, int? DynamicGrowthSteps = null);
