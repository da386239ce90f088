using Lamb.Gpu.Files;

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
