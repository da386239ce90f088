namespace Lamb.Gpu.Layout;

/// <summary>The stages of a step that one claim of a tile runs.</summary>
[Flags]
internal enum WorkStages
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>m, v and the sums of squares.</summary>
    Moments = 1,

    /// <summary>w, once the trust ratio of the variable is known.</summary>
    Apply = 2,
}
