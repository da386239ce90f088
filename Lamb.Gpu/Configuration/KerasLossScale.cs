namespace Lamb.Gpu.Configuration;

/// <summary>Holds what get_config of LossScaleOptimizer returns, but for the optimizer in it.</summary>
internal sealed record KerasLossScale
{
    public string Name { get; init; } = "loss_scale_optimizer";

    public double InitialScale { get; init; } = 32768;

    public int DynamicGrowthSteps { get; init; } = 2000;
}
