namespace Lamb.Gpu;

/// <summary>Reports the norms and the trust ratio of one variable in the last step.</summary>
/// <remarks>
/// Norms are square roots of sums of squares in float32, as in Keras: from 1.8e19 (2⁶⁴) on they are infinite, and
/// so is the ratio. The squares of elements below 1.1e-19 (2⁻⁶³) lose bits, and below 2.6e-23 (2⁻⁷⁵) they are 0. If
/// all are 0, so is the norm, and the ratio is 1.
/// </remarks>
/// <param name="Name">The name of the variable.</param>
/// <param name="WeightNorm">‖w‖ of the weights after decay and before the update.</param>
/// <param name="UpdateNorm">‖u‖.</param>
/// <param name="TrustRatio">‖w‖ / ‖u‖ within the limits of the options, or 1 if one of them is zero or NaN or the
/// variable is excluded. It does not include the learning rate.</param>
public readonly record struct LambTrustRatio(string Name, float WeightNorm, float UpdateNorm, float TrustRatio);
