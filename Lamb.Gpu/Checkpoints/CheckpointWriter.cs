using ILGPU;
using ILGPU.Runtime;
using Lamb.Gpu.Files;
using Half = ILGPU.Half;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Writes a checkpoint, whole or not at all.</summary>
internal static class CheckpointWriter
{
    /// <summary>Writes a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">What it holds.</param>
    /// <param name="texts">What its header says besides.</param>
    /// <param name="transfer">The way from the device.</param>
    /// <param name="report">Is told how far it is, and may throw to end it.</param>
    /// <param name="wrap">Stands between the writer and the file; null for nothing.</param>
    public static void Write(
        string path,
        IReadOnlyList<StateTensor> tensors,
        IReadOnlyDictionary<string, string> texts,
        DeviceTransfer transfer,
        Action<LambCheckpointProgress> report,
        Func<Stream, Stream>? wrap)
    {
        Dictionary<string, StateTensor> byName = tensors.ToDictionary(tensor => tensor.Name);
        SafetensorsHeader header = SafetensorsHeader.Create(
            tensors.Select(tensor => (tensor.Name, tensor.Element, tensor.Shape)), texts);
        AtomicFile.Write(path, header.DataStart + header.DataLength, file =>
        {
            Stream stream = wrap?.Invoke(file) ?? file;
            SafetensorsWriter.Write(
                stream,
                header,
                (entry, begin, piece) => transfer.Read(byName[entry.Name], begin, piece),
                done => report(new LambCheckpointProgress(done, header.DataLength)));
            stream.Flush();
        });
    }
}

/// <summary>What an optimizer knows besides its tensors, and takes from a checkpoint.</summary>
/// <param name="RawIterations">Gradients taken, micro-steps included.</param>
/// <param name="KeepsSums">Whether the next window goes on with the sums that there are.</param>
/// <param name="LearningRate">The number or built-in schedule that η comes from; null for code of the caller's.</param>
/// <param name="LossScale">The scale that adapts itself, or null.</param>
/// <param name="SkippedInARow">Skipped steps in a row; 0 where none does.</param>
/// <param name="Decaying">For each variable, whether it decays.</param>
internal sealed record CheckpointState(
    long RawIterations,
    bool KeepsSums,
    LambLearningRate? LearningRate,
    LambLossScale? LossScale,
    int SkippedInARow,
    IReadOnlyList<bool> Decaying);

/// <summary>A tensor of the optimizer, or of its variables, as a checkpoint holds it.</summary>
/// <param name="Name">What it is, and of which variable: <c>first_moment/dense/kernel</c>.</param>
/// <param name="Element">The type of its elements.</param>
/// <param name="Shape">The size of each dimension; empty for a scalar.</param>
/// <param name="Bytes">Where it lies on the device.</param>
internal sealed record StateTensor(
    string Name, TensorElement Element, IReadOnlyList<long> Shape, ArrayView<byte> Bytes)
{
    /// <summary>Takes a view of any type.</summary>
    public static StateTensor Of<T>(string name, TensorElement element, IReadOnlyList<long> shape, ArrayView<T> view)
        where T : unmanaged => new(name, element, shape, view.Length == 0 ? ArrayView<byte>.Empty : view.Cast<byte>());

    /// <summary>Takes an array of any storage.</summary>
    public static StateTensor Of(string name, IReadOnlyList<long> shape, LambView array) => array.DataType switch
    {
        LambDataType.Float16 => Of(name, TensorElement.F16, shape, array.As<Half>()),
        LambDataType.BFloat16 => Of(name, TensorElement.BF16, shape, array.As<BFloat16>()),
        _ => Of(name, TensorElement.F32, shape, array.As<float>()),
    };

    /// <summary>Returns the type and the shape, as <c>F32 [2, 3]</c>, of many dimensions the first alone.</summary>
    public string Describe() => TensorEntry.Describe(Element, Shape);
}

/// <summary>Copies pieces of tensors between the device and the host, and waits for each.</summary>
internal sealed class DeviceTransfer(AcceleratorStream stream)
{
    /// <summary>Fills a piece from this byte of a tensor on.</summary>
    public void Read(StateTensor tensor, long begin, Memory<byte> piece)
    {
        tensor.Bytes.SubView(begin, piece.Length).CopyToCPU(stream, piece.Span);
        stream.Synchronize();
    }

    /// <summary>Writes a piece from this byte of a tensor on.</summary>
    public void Write(StateTensor tensor, long begin, ReadOnlyMemory<byte> piece)
    {
        tensor.Bytes.SubView(begin, piece.Length).CopyFromCPU(stream, piece.Span);
        stream.Synchronize();
    }
}
