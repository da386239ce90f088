using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Bench.Train.Backend.Finishes;
using Lamb.Gpu.Bench.Train.Backend.Workers;
using Lamb.Gpu.Kernels.Workers;
using ProductLauncher = System.Action<
    ILGPU.Runtime.AcceleratorStream, ILGPU.KernelConfig, Lamb.Gpu.Bench.Train.Backend.MatrixProduct>;

namespace Lamb.Gpu.Bench.Train.Backend;

/// <summary>Compiles the kernels of the backend and launches them on the default stream.</summary>
internal abstract class BackendKernels
{
    /// <summary>Compiles what is right for an accelerator.</summary>
    public static BackendKernels Compile(Accelerator accelerator) => accelerator.AcceleratorType == AcceleratorType.CPU
        ? CompileForThreads(accelerator)
        : CompileForGroups(accelerator);

    /// <summary>Compiles for the CPU accelerator: one thread with vectors a multiprocessor.</summary>
    public static BackendKernels CompileForThreads(Accelerator accelerator) =>
        new Of<VectorWorker>(accelerator, groupSize: 1, maxGroups: accelerator.NumMultiprocessors);

    /// <summary>Compiles for groups of <see cref="GroupWorker.GroupSize"/> lanes, on any accelerator.</summary>
    public static BackendKernels CompileForGroups(Accelerator accelerator) =>
        new Of<GroupWorker>(accelerator, GroupWorker.GroupSize, accelerator.MaxGridSize.X);

    /// <summary>result = left · right.</summary>
    public abstract void Multiply(Matrix left, Matrix right, Matrix result);

    /// <summary>result = left · right + bias.</summary>
    public abstract void MultiplyAddBias(Matrix left, Matrix right, Matrix bias, Matrix result);

    /// <summary>result = max(0, left · right + bias).</summary>
    public abstract void MultiplyAddBiasRelu(Matrix left, Matrix right, Matrix bias, Matrix result);

    /// <summary>result = left · right where the activations are positive, else 0.</summary>
    public abstract void MultiplyMaskByRelu(Matrix left, Matrix right, Matrix activations, Matrix result);

    /// <summary>Logits to losses and gradients, in place.</summary>
    public abstract void Softmax(SoftmaxViews views);

    /// <summary>Symbols to embedded places.</summary>
    public abstract void Embed(EmbeddingViews views);

    /// <summary>Gradients of places to gradients of the table.</summary>
    public abstract void SumPlaces(EmbeddingViews views);

    /// <summary>Compiles what copies numbers from one storage to another.</summary>
    public abstract Action<Conversion> Converter<TFrom, TTo>()
        where TFrom : struct, IStorage
        where TTo : struct, IStorage;

    private sealed class Of<TWorker>(Accelerator accelerator, int groupSize, int maxGroups) : BackendKernels
        where TWorker : struct, IWorker
    {
        private readonly ProductLauncher plain = Product<Plain>(accelerator);
        private readonly ProductLauncher addBias = Product<AddBias>(accelerator);
        private readonly ProductLauncher relu = Product<AddBiasRelu>(accelerator);
        private readonly ProductLauncher mask = Product<MaskByRelu>(accelerator);

        private readonly Action<AcceleratorStream, KernelConfig, SoftmaxViews> softmax =
            accelerator.LoadKernel<SoftmaxViews>(SoftmaxKernel.Run<TWorker>);

        private readonly Action<AcceleratorStream, KernelConfig, EmbeddingViews> embed =
            accelerator.LoadKernel<EmbeddingViews>(EmbeddingKernel.Run<TWorker>);

        private readonly Action<AcceleratorStream, KernelConfig, EmbeddingViews> sumPlaces =
            accelerator.LoadKernel<EmbeddingViews>(EmbeddingGradientKernel.Run<TWorker>);

        private AcceleratorStream Stream => accelerator.DefaultStream;

        // The finish ignores the extra matrix; the result itself is one that can be read.
        public override void Multiply(Matrix left, Matrix right, Matrix result) =>
            plain(Stream, Tiles(result), new MatrixProduct(left, right, result, result));

        public override void MultiplyAddBias(Matrix left, Matrix right, Matrix bias, Matrix result) =>
            addBias(Stream, Tiles(result), new MatrixProduct(left, right, bias, result));

        public override void MultiplyAddBiasRelu(Matrix left, Matrix right, Matrix bias, Matrix result) =>
            relu(Stream, Tiles(result), new MatrixProduct(left, right, bias, result));

        public override void MultiplyMaskByRelu(Matrix left, Matrix right, Matrix activations, Matrix result) =>
            mask(Stream, Tiles(result), new MatrixProduct(left, right, activations, result));

        public override void Softmax(SoftmaxViews views) => softmax(Stream, Groups(views.Logits.Rows), views);

        public override void Embed(EmbeddingViews views) => embed(Stream, Groups(views.Places.Rows), views);

        public override void SumPlaces(EmbeddingViews views) => sumPlaces(Stream, Groups(views.Table.Rows), views);

        public override Action<Conversion> Converter<TFrom, TTo>()
        {
            var kernel = accelerator.LoadKernel<Conversion>(ConversionKernel.Run<TWorker, TFrom, TTo>);
            return conversion => kernel(Stream, Groups(ConversionKernel.Parts(conversion)), conversion);
        }

        private static ProductLauncher Product<TFinish>(Accelerator accelerator)
            where TFinish : struct, IFinish =>
            accelerator.LoadKernel<MatrixProduct>(ProductKernel.Run<TWorker, TFinish>);

        private KernelConfig Tiles(Matrix result) => Groups(ProductKernel.Tiles<TWorker>(result));

        // A group costs about half a microsecond on the CPU accelerator, so one group a worker takes all its pieces.
        private KernelConfig Groups(int pieces) => new(Math.Min(pieces, maxGroups), groupSize);
    }
}
