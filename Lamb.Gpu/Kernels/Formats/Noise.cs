using System.Runtime.CompilerServices;

namespace Lamb.Gpu.Kernels.Formats;

/// <summary>Random bits of a place in the optimizer's state: the same ones on every device.</summary>
/// <param name="Key">What tells steps and streams apart.</param>
/// <param name="Place">The place of the first element.</param>
internal readonly record struct Noise(uint Key, long Place)
{
    /// <summary>The random bits of an element, or of as many neighbours.</summary>
    /// <param name="offset">What to add to the place, in each.</param>
    /// <remarks>Two rounds of multiplying and folding mix all bits of the place into all of the result (C. Wellons,
    /// "Prospecting for Hash Functions", 2018).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TBits At<TBits>(TBits offset)
        where TBits : struct, IBits<TBits>
    {
        TBits bits = TBits.Broadcast((uint)Place) + offset;
        bits ^= TBits.Broadcast(Key + ((uint)(Place >> 32) * 0x9E3779B9));
        bits = (bits ^ (bits >> 16)) * TBits.Broadcast(0x21F0AAAD);
        bits = (bits ^ (bits >> 15)) * TBits.Broadcast(0xD35A2D97);
        return bits ^ (bits >> 15);
    }
}
