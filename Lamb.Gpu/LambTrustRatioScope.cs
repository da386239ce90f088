namespace Lamb.Gpu;

/// <summary>Names the variables whose steps the trust ratio scales.</summary>
public enum LambTrustRatioScope
{
    /// <summary>All, but those with <see cref="LambVariable.ExcludeFromTrustRatio"/>.</summary>
    All,

    /// <summary>Of these, only such that decay: with a weight decay of null or 0, none.</summary>
    /// <remarks>The default of apex and of timm. The others take a ratio of 1, which is a step of Adam.</remarks>
    Decayed,
}
