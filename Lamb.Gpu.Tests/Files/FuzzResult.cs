namespace Lamb.Gpu.Tests.Files;

/// <summary>What came of reading many inputs.</summary>
internal sealed class FuzzResult
{
    /// <summary>Gets or sets how many were read.</summary>
    public long Read { get; set; }

    /// <summary>Gets or sets how many were refused.</summary>
    public long Refused { get; set; }

    /// <summary>Gets or sets how many bytes beyond the constant were allocated for a byte, at most.</summary>
    public double Multiple { get; set; }

    /// <summary>Gets or sets how many bytes beyond the multiple were allocated for an input, at most.</summary>
    public long Constant { get; set; }
}
