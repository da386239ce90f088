namespace Lamb.Gpu.Kernels.Bits;

/// <summary>The bits of one or several floats side by side: what the formats of 16 bits are written in.</summary>
/// <typeparam name="TSelf">The bits themselves.</typeparam>
internal interface IBits<TSelf>
    where TSelf : struct, IBits<TSelf>
{
    /// <summary>The same bits in every place.</summary>
    static abstract TSelf Broadcast(uint value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator |(TSelf left, TSelf right);

    static abstract TSelf operator ^(TSelf left, TSelf right);

    static abstract TSelf operator <<(TSelf value, int places);

    static abstract TSelf operator >>(TSelf value, int places);

    /// <summary>The bits of the sum of two floats.</summary>
    static abstract TSelf AddAsFloats(TSelf left, TSelf right);

    /// <summary>Chooses by left &lt; right, in each place; both must be less than 2³¹.</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);
}
