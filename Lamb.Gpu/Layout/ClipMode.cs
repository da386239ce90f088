namespace Lamb.Gpu.Layout;

/// <summary>Which norm the gradients are clipped by.</summary>
internal enum ClipMode
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>That of the variable.</summary>
    Variable = 1,

    /// <summary>That of all variables.</summary>
    Global = 2,
}
