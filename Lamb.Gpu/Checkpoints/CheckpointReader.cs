using Lamb.Gpu.Files;

namespace Lamb.Gpu.Checkpoints;

/// <summary>Reads a checkpoint: its header, then all of it against its checksum, and only then into the
/// device.</summary>
/// <remarks>
/// What the staging limit has room for is kept on the host by the check, so that what is loaded is what was checked. A
/// longer file is read twice, and checked both times.
/// </remarks>
internal sealed class CheckpointReader
{
    private readonly Stream stream;
    private readonly string file;
    private readonly long stagingLimit;
    private readonly List<(TensorEntry Entry, long Begin, ReadOnlyMemory<byte> Piece)> staged = [];

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="LambCheckpointException">It is not a safetensors file.</exception>
    public CheckpointReader(Stream stream, string file, long stagingLimit)
    {
        this.stream = stream;
        this.file = file;
        this.stagingLimit = stagingLimit;
        if (!stream.CanSeek)
        {
            throw Bad("it must be a file, not a pipe.");
        }

        try
        {
            Header = SafetensorsHeaderReader.Read(stream, file);
        }
        catch (LambCheckpointException) when (SourceFile.IsZip(stream))
        {
            throw Bad("it must be a safetensors file, and is a zip archive. Load a file of numpy with LoadKerasState.");
        }
    }

    /// <summary>Gets what the file says that it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Gets the texts of its header.</summary>
    public HeaderTexts Texts => new(Header.Metadata, file);

    /// <summary>Gets whether the host has room for all data.</summary>
    private bool Stages => Header.DataLength <= stagingLimit;

    /// <summary>Throws where the file is not a checkpoint of a version that is known.</summary>
    public void RequireFormat() => CheckpointMetadata.RequireFormat(Header, file);

    /// <summary>Throws one exception that lists all in which the file is not what the optimizer has.</summary>
    /// <param name="texts">What the header would say if the optimizer were saved.</param>
    /// <param name="tensors">The tensors that the file must have.</param>
    public void RequireFit(IReadOnlyDictionary<string, string> texts, IEnumerable<StateTensor> tensors)
    {
        Differences found = CheckpointMetadata.Compare(Texts, new HeaderTexts(texts, file));
        if (!found.Any)
        {
            Compare(found, tensors);
        }

        if (found.Any)
        {
            throw Bad(
                $"it is of another optimizer. {found} Make an optimizer with the options and variables of the file, or "
                + "load a file that one like this has saved.");
        }
    }

    /// <summary>Throws where a file that looks like another one is a damaged one: where its checksum tells.</summary>
    public void RequireUndamaged(Action<LambCheckpointProgress> report)
    {
        if (ContentChecksum.Find(Header) != null)
        {
            Check(report);
        }
    }

    /// <summary>Reads all data and holds them against the checksum.</summary>
    /// <param name="report">Is told how far it is, and may throw to end it.</param>
    public void Check(Action<LambCheckpointProgress> report)
    {
        staged.Clear();
        SafetensorsReader.Read(
            stream,
            Header,
            file,
            Stages,
            (entry, begin, piece) => Stage(entry, begin, piece),
            done => report(new LambCheckpointProgress(done, Header.DataLength)));
    }

    /// <summary>Writes what was checked to the device; tensors that are not asked for are left out.</summary>
    public void Restore(IEnumerable<StateTensor> tensors, DeviceTransfer transfer)
    {
        Dictionary<string, StateTensor> byName = tensors.ToDictionary(tensor => tensor.Name);
        if (Stages)
        {
            staged.ForEach(piece => Write(piece.Entry, piece.Begin, piece.Piece));
        }
        else
        {
            SafetensorsReader.Read(stream, Header, file, keeps: false, Write, _ => { });
        }

        void Write(TensorEntry entry, long begin, ReadOnlyMemory<byte> piece)
        {
            if (byName.TryGetValue(entry.Name, out StateTensor? tensor))
            {
                transfer.Write(tensor, begin, piece);
            }
        }
    }

    /// <summary>Makes the exception for a file that is not good.</summary>
    public LambCheckpointException Bad(string problem) => FileText.Bad(file, problem);

    private void Compare(Differences found, IEnumerable<StateTensor> tensors)
    {
        Dictionary<string, TensorEntry> saved = Header.Tensors.ToDictionary(entry => entry.Name);
        foreach (StateTensor mine in tensors)
        {
            if (!saved.Remove(mine.Name, out TensorEntry? there)
                || there.Element != mine.Element || !there.Shape.SequenceEqual(mine.Shape))
            {
                found.Add(mine.Name, there?.Describe(), mine.Describe());
            }
        }

        foreach (TensorEntry other in saved.Values.TakeWhile(_ => found.HasRoom))
        {
            found.Add(other.Name, other.Describe(), null);
            saved.Remove(other.Name);
        }

        found.Count(saved.Count);
    }

    private void Stage(TensorEntry entry, long begin, ReadOnlyMemory<byte> piece)
    {
        if (Stages)
        {
            staged.Add((entry, begin, piece));
        }
    }
}
