namespace Lamb.Gpu;

/// <summary>Reports the norms and the trust ratio of one variable in the last step.</summary>
/// <remarks>
/// Norms are roots of sums of squares in float32, as in Keras: infinite from 1.8e19 (2⁶⁴) on, and the ratio with them.
/// The squares of elements below 1.1e-19 (2⁻⁶³) are short of bits or 0, and below 2.6e-23 (2⁻⁷⁵) they are 0: where all
/// are, so is the norm, and the ratio is 1.
/// </remarks>
/// <param name="Name">The name of the variable.</param>
/// <param name="WeightNorm">‖w‖ of the decayed weights, as the step found them.</param>
/// <param name="UpdateNorm">‖u‖.</param>
/// <param name="TrustRatio">‖w‖ / ‖u‖ within the limits of the options, or 1 where one of them is zero or NaN or where
/// the variable is excluded; never with the learning rate in it.</param>
public readonly record struct LambTrustRatio(string Name, float WeightNorm, float UpdateNorm, float TrustRatio);
