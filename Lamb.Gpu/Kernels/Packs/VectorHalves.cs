using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Lamb.Gpu.Kernels.Packs;

/// <summary>Moves as many numbers of 16 bits as a vector register holds floats.</summary>
internal static class VectorHalves
{
    /// <summary>Reads neighbours, each into the lower half of its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<uint> Load(ref ushort first, nint index)
    {
        nuint at = (nuint)index;
        if (Vector<uint>.Count == Vector512<uint>.Count)
        {
            return Vector512.WidenLower(Vector256.LoadUnsafe(ref first, at).ToVector512Unsafe()).AsVector();
        }

        return Vector<uint>.Count == Vector256<uint>.Count
            ? Vector256.WidenLower(Vector128.LoadUnsafe(ref first, at).ToVector256Unsafe()).AsVector()
            : Vector128.WidenLower(Vector64.LoadUnsafe(ref first, at).ToVector128Unsafe()).AsVector();
    }

    /// <summary>Writes the lower halves of neighbours; the upper ones must be 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ref ushort first, nint index, Vector<uint> values)
    {
        nuint at = (nuint)index;
        if (Vector<uint>.Count == Vector512<uint>.Count)
        {
            Vector512<uint> all = values.AsVector512();
            Vector256.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
        else if (Vector<uint>.Count == Vector256<uint>.Count)
        {
            Vector256<uint> all = values.AsVector256();
            Vector128.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
        else
        {
            Vector128<uint> all = values.AsVector128();
            Vector64.Narrow(all.GetLower(), all.GetUpper()).StoreUnsafe(ref first, at);
        }
    }
}
