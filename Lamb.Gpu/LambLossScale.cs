namespace Lamb.Gpu;

/// <summary>Reports the loss scale.</summary>
/// <param name="Scale">What the loss is to be multiplied by before its gradients are computed.</param>
/// <param name="FiniteSteps">Finite steps in a row since the scale has changed; 0 where it does not adapt.</param>
public readonly record struct LambLossScale(float Scale, int FiniteSteps);
