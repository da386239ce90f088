namespace Lamb.Gpu.Layout;

/// <summary>Which norm the gradients are clipped by, or scaled to 1.</summary>
internal enum ClipMode
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>That of the variable.</summary>
    Variable = 1,

    /// <summary>That of all variables.</summary>
    Global = 2,

    /// <summary>That of all variables, which becomes 1 whatever it was.</summary>
    Normalize = 3,
}
