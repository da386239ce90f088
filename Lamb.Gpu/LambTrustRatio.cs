namespace Lamb.Gpu;

/// <summary>Reports the norms and the trust ratio of one variable in the last step.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="WeightNorm">‖w‖ of the decayed weights, as the step found them.</param>
/// <param name="UpdateNorm">‖u‖.</param>
/// <param name="TrustRatio">‖w‖ / ‖u‖ within the limits of the options, or 1 where one of them is zero or NaN or where
/// the variable is excluded; never with the learning rate in it.</param>
public readonly record struct LambTrustRatio(string Name, float WeightNorm, float UpdateNorm, float TrustRatio);
