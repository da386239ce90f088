using System.Runtime.CompilerServices;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Bench.Roofline.Twin;

/// <summary>Moves the bytes of another kernel and computes next to nothing.</summary>
/// <remarks>
/// The same streams are read and written, and every written value depends on every value read, so that a compiler can
/// leave no load out:
/// <code>
/// x ← Σ(streams that are only read) − x    every stream that is written
/// </code>
/// Subtracted, not added: over the two stages of a step the values then turn in a circle and do not grow.
/// </remarks>
/// <typeparam name="TKernel">The kernel whose bytes are moved.</typeparam>
internal readonly struct TwinKernel<TKernel> : ITileKernel
    where TKernel : struct, ITileKernel
{
    /// <inheritdoc/>
    public static Streams Reads => TKernel.Reads;

    /// <inheritdoc/>
    public static Streams Writes => TKernel.Writes;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TPack>(ref Element<TPack> e, ref SquareSums<TPack> sums, StepScalars k)
        where TPack : struct, IPack<TPack>
    {
        TPack read = default;
        if (IsOnlyRead(Streams.Gradient)) read += e.Gradient;
        if (IsOnlyRead(Streams.Weight)) read += e.Weight;
        if (IsOnlyRead(Streams.FirstMoment)) read += e.FirstMoment;
        if (IsOnlyRead(Streams.SecondMoment)) read += e.SecondMoment;
        if (IsOnlyRead(Streams.Accumulator)) read += e.Accumulator;
        if (IsOnlyRead(Streams.Average)) read += e.Average;

        // The sums go to memory where the kernel has any, and are nobody's otherwise.
        sums.Update += read;
        if (IsWritten(Streams.Weight)) e.Weight = Moved(Streams.Weight, read, e.Weight);
        if (IsWritten(Streams.FirstMoment)) e.FirstMoment = Moved(Streams.FirstMoment, read, e.FirstMoment);
        if (IsWritten(Streams.SecondMoment)) e.SecondMoment = Moved(Streams.SecondMoment, read, e.SecondMoment);
        if (IsWritten(Streams.Accumulator)) e.Accumulator = Moved(Streams.Accumulator, read, e.Accumulator);
        if (IsWritten(Streams.Average)) e.Average = Moved(Streams.Average, read, e.Average);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsOnlyRead(Streams stream) => (Reads & ~Writes & stream) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWritten(Streams stream) => (Writes & stream) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TPack Moved<TPack>(Streams stream, TPack read, TPack own)
        where TPack : struct, IPack<TPack> => (Reads & stream) != 0 ? read - own : read;
}
