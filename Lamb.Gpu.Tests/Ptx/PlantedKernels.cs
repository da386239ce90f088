using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime.Cuda;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Packs;
using Lamb.Gpu.Step;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>Kernels that break one rule each, for tests of the rules.</summary>
internal static class PlantedKernels
{
    public static void AddsAtomically(ArrayView<float> values) => Atomic.Add(ref values[0], values[Group.IdxX]);

    public static void AddsAtomicallyAndLooks(ArrayView<float> values) =>
        values[1] = Atomic.Add(ref values[0], values[Group.IdxX]);

    public static void ComputesInDouble(ArrayView<float> values) =>
        values[Group.IdxX] = (float)(values[Group.IdxX] * 1.1);

    public static void IndexesLocalMemory(ArrayView<float> values)
    {
        ArrayView<float> local = LocalMemory.Allocate<float>(16);
        for (int i = 0; i < 16; i++)
        {
            local[i] = values[i];
        }

        values[Group.IdxX] = local[(int)values[Group.IdxX] & 15];
    }

    public static void DividesApproximately(ArrayView<float> values)
    {
        CudaAsm.Emit("div.approx.f32 %0, %1, %2;", out float quotient, values[0], values[Group.IdxX]);
        values[Group.IdxX] = quotient;
    }

    public static void RaisesApproximately(ArrayView<float> values) =>
        values[Group.IdxX] = XMath.Exp(values[Group.IdxX]);

    public static unsafe void FollowsAPointer(ArrayView<long> addresses) => *(float*)addresses[0] = 1;

    /// <summary>Takes a tile float by float.</summary>
    public readonly struct NarrowWorker : ITileWorker
    {
        public static int Lane => Group.IdxX;

        public static int Lanes => Group.DimX;

        public static SquareSums<float> ForEach<TKernel>(Tile tile, StepViews views, StepScalars k)
            where TKernel : struct, ITileKernel
        {
            var sums = default(SquareSums<ScalarPack>);
            for (int i = Group.IdxX; i < tile.Length; i += Group.DimX)
            {
                var e = new Element<ScalarPack>
                {
                    Gradient = ScalarPack.Load(views.Gradients, tile.Gradients + i),
                    SecondMoment = ScalarPack.Load(views.SecondMoments, tile.State + i),
                };
                TKernel.Compute(ref e, ref sums, k);
                ScalarPack.Store(views.SecondMoments, tile.State + i, e.SecondMoment);
            }

            return new SquareSums<float> { Update = ScalarPack.Sum(sums.Update) };
        }

        public static SquareSums<float> Total(SquareSums<float> share) => share;
    }
}
