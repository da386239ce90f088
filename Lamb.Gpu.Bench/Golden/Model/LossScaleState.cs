namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>The state of a LossScaleOptimizer after an action.</summary>
internal sealed record LossScaleState(double DynamicScale, int StepCounter);
