using Lamb.Gpu.Checkpoints;
using Lamb.Gpu.State;

namespace Lamb.Gpu;

/// <content>The state in files, and in memory: from which training continues to the bit.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Saves everything that training needs to continue to the bit. Waits for the stream.</summary>
    /// <remarks>
    /// Writes a safetensors file: the tensors as they are stored on the device, and in the header the counters, the
    /// loss scale, the learning rate, the configuration, the variables and a SHA-256 of the whole file. The file is
    /// written next to the old one, flushed to the disk and renamed over it, so that either the old or the new file is
    /// there, complete, whatever happens. A process that is killed while saving leaves <c>.NAME.RANDOM.lamb-gpu.tmp</c>
    /// behind. The next save to the same file deletes it; a save to another file in the folder deletes it once it is an
    /// hour old. Data is written through buffers of 2 MiB. Progress is reported before the file is flushed and renamed.
    /// The caller's code, such as a function for the learning rate or a custom schedule, cannot be stored; the file
    /// records that there was some, and loading requires it again.
    /// </remarks>
    /// <param name="path">The path of the file; links are followed, also in its folders.</param>
    /// <param name="options">What to write; by default everything, including the weights.</param>
    /// <param name="cancellationToken">Cancels the save; the old file stays.</param>
    /// <exception cref="ArgumentException">The path is empty, the name of a variable is not valid Unicode, or there are
    /// so many variables (millions) that the header would have 2^31 bytes. Other programs do not read headers of more
    /// than 100,000,000 bytes.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not valid
    /// Unicode.</exception>
    /// <exception cref="IOException">Writing failed, or the path is a folder, a pipe, a device or a circular link. The
    /// old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied. The old file is unchanged.</exception>
    /// <exception cref="OperationCanceledException">The save was cancelled. The old file is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void SaveCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        SaveThrough(null, path, options ?? new(), cancellationToken);

    /// <summary>Loads a file that <see cref="SaveCheckpoint"/> wrote. The next step gives the same bits as it would
    /// have given when the file was saved.</summary>
    /// <remarks>
    /// The checksum of the whole file is verified, and the file is compared with this optimizer, before anything is
    /// changed: the options (except <see cref="LambOptions.Name"/>), the variables and their order must be the same.
    /// The exclusions of <see cref="ExcludeFromWeightDecay"/> and the <see cref="LearningRate"/> that was set are then
    /// those of the file. A file of up to a quarter of the machine's memory is read once and kept in memory until it
    /// has been checked; a larger file is read twice. If the device fails while it is written to, or the disk in the
    /// second reading, the optimizer refuses every call except another <see cref="LoadCheckpoint"/> and
    /// <see cref="Dispose"/>. Waits for the stream. Values that functions for betas returned for skipped steps, and
    /// that the next steps would use, are not stored; the functions are called again.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">What to load; by default everything, including the weights.</param>
    /// <param name="cancellationToken">Cancels the check; once the check is done, loading runs to its end.</param>
    /// <exception cref="ArgumentException">The path is empty, or the name of a variable is not valid
    /// Unicode.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not valid
    /// Unicode.</exception>
    /// <exception cref="LambCheckpointException">
    /// The file is damaged, is not a checkpoint, is a pipe or a device, or belongs to another optimizer; the message
    /// lists the first 100 differences. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">Reading failed.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadThrough(
            null, path, options ?? new(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, cancellationToken);

    /// <summary>Waits for the stream and reads the whole state, as <c>save_own_variables</c> of Keras does.</summary>
    /// <returns>Every variable of the optimizer, in the order and under the names of Keras.</returns>
    /// <exception cref="NotSupportedException">A variable has more than 2,147,483,591 elements, the limit of an array.
    /// <see cref="SaveCheckpoint"/> has no such limit.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a failed launch or load has
    /// left it unusable until a load succeeds.</exception>
    public IReadOnlyList<LambStateValue> SaveState()
    {
        using var visit = use.Enter();
        training.RequireState();
        training.Level();
        return KerasEntries.TableOf(training, isWhole: true).Read();
    }

    /// <summary>Loads a state that was saved by <see cref="SaveState"/> or by Keras's
    /// <c>save_own_variables</c>.</summary>
    /// <remarks>
    /// The whole state is checked before anything is written. After a step or a load that failed halfway, this call
    /// repairs the state; the caller must then write the weights. If the device fails during the call, the optimizer
    /// refuses every call except another load and <see cref="Dispose"/>. Waits for the stream.
    /// </remarks>
    /// <param name="saved">The result of <see cref="SaveState"/> of an optimizer whose options give the same
    /// tensors.</param>
    /// <exception cref="ArgumentException">Something is null, does not fit, or is finite but beyond the range of the
    /// state's data type. The message lists the first ten problems; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadState(IReadOnlyList<LambStateValue> saved)
    {
        LambStateValue[] copy = StateTable.Copy(saved);
        using var visit = use.Enter(mends: true);
        training.RequireState();
        Take(copy, KerasEntries.TableOf(training, isWhole: true));
    }

    /// <summary>Saves the state in the format of <c>numpy.savez</c>, with what Keras's <c>save_own_variables</c>
    /// stores.</summary>
    /// <remarks>
    /// In Python, <c>optimizer.load_own_variables(numpy.load(path))</c> reads it, if the optimizer is built on the same
    /// variables. As in Keras, the iteration is an int64, and the learning rate and the tensors are float32. The
    /// learning rate is rounded, so use <see cref="SaveCheckpoint"/> to continue to the bit. Waits for the stream. The
    /// file is replaced as a whole or not at all. Master copies of 16-bit weights, which Keras does not have, are not
    /// stored.
    /// </remarks>
    /// <param name="path">The path of the file, usually with the extension <c>.npz</c>; links are followed, also in its
    /// folders.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="NotSupportedException">A variable has more than 64 dimensions, which numpy cannot read, or more
    /// than 2,147,483,591 elements, the limit of an array.</exception>
    /// <exception cref="IOException">Writing failed, or the path is a folder, a pipe, a device or a circular link. The
    /// old file is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied. The old file is unchanged.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void SaveKerasState(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter();
        training.RequireState();
        training.Level();
        KerasFile.Write(path, KerasEntries.TableOf(training, isWhole: false).Read());
    }

    /// <summary>Loads the state from a file that was written by <see cref="SaveKerasState"/>, or by Python with
    /// <c>store = {}; optimizer.save_own_variables(store); numpy.savez(path, **store)</c>.</summary>
    /// <remarks>
    /// The whole file is checked before anything is written. It does not contain the names of variables: the caller
    /// must make sure that their order is the same, since only shapes are compared. Elements may have any numeric numpy
    /// type except complex and big-endian ones. After a fault, the same applies as for <see cref="LoadState"/>. The
    /// whole state is held on the host, with 8 bytes per element. Master copies of 16-bit weights are unchanged. Waits
    /// for the stream. A number beyond the range of float32, or an integer that no double represents, is an error.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="LambCheckpointException">
    /// The file is damaged, is not a numpy file, is a pipe or a device, or holds the state of another optimizer; the
    /// message lists the first 100 differences. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">Reading failed; nothing was changed.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer has been disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadKerasState(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter(mends: true);
        training.RequireState();
        StateTable table = KerasEntries.TableOf(training, isWhole: false);
        IReadOnlyList<LambStateValue> saved = KerasFile.Read(path, table.Shapes);
        try
        {
            Take(saved, table);
        }
        catch (ArgumentException wrong)
        {
            throw new LambCheckpointException($"\"{path}\": {wrong.Message}", wrong);
        }
    }

    /// <summary>Saves, with a stream of the caller's around the file.</summary>
    internal void SaveThrough(
        Func<Stream, Stream>? wrap, string path, LambCheckpointOptions chosen, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter();
        new TrainingCheckpoint(training, chosen, cancellationToken).Save(path, wrap);
    }

    /// <summary>Loads, with so much room on the host and with a stream of the caller's around the file.</summary>
    internal void LoadThrough(
        Func<Stream, Stream>? wrap,
        string path,
        LambCheckpointOptions chosen,
        long stagingLimit,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var visit = use.Enter(mends: true);
        new TrainingCheckpoint(training, chosen, cancellationToken)
            .Load(path, wrap, stagingLimit, change => use.Replace("checkpoint", change));
    }

    private void Take(IReadOnlyList<LambStateValue> saved, StateTable table)
    {
        table.RequireFit(saved);
        training.KnowsWeights = false;
        use.Replace("state", () => table.Write(saved));
    }
}
