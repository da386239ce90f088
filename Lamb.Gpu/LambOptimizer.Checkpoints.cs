using Lamb.Gpu.Checkpoints;
using Lamb.Gpu.State;

namespace Lamb.Gpu;

/// <content>The state in files, and in memory: what training goes on from to the bit.</content>
public sealed partial class LambOptimizer
{
    /// <summary>Waits for the stream and writes everything from which training goes on to the bit into a
    /// file.</summary>
    /// <remarks>
    /// A safetensors file: the tensors as they lie on the device, and in the header the counters, the loss scale, the
    /// learning rate, the configuration, the variables and a SHA-256 of the whole file. Written beside the old file,
    /// flushed to the disk and renamed over it: whatever happens, the old or the new one is there, whole. A process
    /// that is killed meanwhile leaves <c>.NAME.RANDOM.lamb-gpu.tmp</c> behind; the next save of the same file removes
    /// it, and that of another file in the folder when it is an hour old. Piece by piece through buffers of 2 MiB.
    /// Progress is told before the file is flushed and renamed. Code of the caller's, as a function for the learning
    /// rate or a schedule that is not built in, has no form in a file: that there was some is written down, and asked
    /// for again where it is loaded.
    /// </remarks>
    /// <param name="path">The file; where it is a link, or in a folder that is one, what the link leads to.</param>
    /// <param name="options">What to write; the weights too by default.</param>
    /// <param name="cancellationToken">Ends the writing; the old file stays.</param>
    /// <exception cref="ArgumentException">The path is empty, the name of a variable is not whole Unicode, or there are
    /// so many variables that the header would have 2^31 bytes: some millions. Beyond 100,000,000 bytes other programs
    /// do not read it.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not whole
    /// Unicode.</exception>
    /// <exception cref="IOException">The disk or the system refuses, or the path is a folder, a pipe or a device, or
    /// leads round in links; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; the old file is as it
    /// was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the old file is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void SaveCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        SaveThrough(null, path, options ?? new(), cancellationToken);

    /// <summary>Takes everything from a file that <see cref="SaveCheckpoint"/> wrote; the next step has the bits
    /// that it would have had there.</summary>
    /// <remarks>
    /// The whole file is held against its checksum, and what it is of against this optimizer, before anything is
    /// changed: the options (but <see cref="LambOptions.Name"/>), the variables and their order must be the same. What
    /// <see cref="ExcludeFromWeightDecay"/> excluded and <see cref="LearningRate"/> was set to is then as it was in the
    /// file. Up to a quarter of the memory of the machine is read once and kept
    /// until it is checked; a larger file is read twice. If the device fails while it is written to, or the disk in
    /// the second reading, the optimizer refuses everything but another <see cref="LoadCheckpoint"/> and
    /// <see cref="Dispose"/>. Waits for the stream. What functions for betas gave to steps that were skipped, and that
    /// the next steps would use, is not in a file: they are asked anew.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">What to load; the weights too by default.</param>
    /// <param name="cancellationToken">Ends the checking; once it is done, the loading goes to its end.</param>
    /// <exception cref="ArgumentException">The path is empty, or the name of a variable is not whole
    /// Unicode.</exception>
    /// <exception cref="NotSupportedException">The name of the optimizer or of a schedule is not whole
    /// Unicode.</exception>
    /// <exception cref="LambCheckpointException">
    /// The file is damaged, not a checkpoint, a pipe or a device, or one of another optimizer; the first 100
    /// differences are named. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The disk or the system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer or a buffer of the variables has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer.</exception>
    public void LoadCheckpoint(
        string path, LambCheckpointOptions? options = null, CancellationToken cancellationToken = default) =>
        LoadThrough(
            null, path, options ?? new(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, cancellationToken);

    /// <summary>Waits for the stream and reads the whole state, as <c>save_own_variables</c> of Keras does.</summary>
    /// <returns>Every variable of the optimizer in the order and under the names of Keras.</returns>
    /// <exception cref="NotSupportedException">A variable has more elements than an array can: 2,147,483,591.
    /// <see cref="SaveCheckpoint"/> has no such limit.</exception>
    /// <exception cref="ObjectDisposedException">The optimizer, its stream or its accelerator has been
    /// disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the optimizer, or a launch or a load that
    /// failed has left it unfit until a load succeeds.</exception>
    public IReadOnlyList<LambStateValue> SaveState()
    {
        using var visit = use.Enter();
        training.RequireState();
        training.Level();
        return KerasEntries.TableOf(training, isWhole: true).Read();
    }

    /// <summary>Takes a state that was saved here or by <c>save_own_variables</c> of Keras.</summary>
    /// <remarks>
    /// All of it is checked before anything is written. After a step or a load that failed halfway it mends the state;
    /// the weights are then the caller's to write. If the device fails meanwhile, the optimizer refuses everything but
    /// another load and <see cref="Dispose"/>. Waits for the stream.
    /// </remarks>
    /// <param name="saved">What <see cref="SaveState"/> returned from an optimizer with the same options.</param>
    /// <exception cref="ArgumentException">Something is null, does not fit, or is finite and beyond what the state is
    /// stored in; the first ten problems are named, nothing is written.</exception>
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

    /// <summary>Writes the state as <c>numpy.savez</c> writes what <c>save_own_variables</c> of Keras
    /// stores.</summary>
    /// <remarks>
    /// In Python, <c>optimizer.load_own_variables(numpy.load(path))</c> reads it, if the optimizer is built on the same
    /// variables. The iteration is an int64, the learning rate and the tensors are float32, as in Keras; a learning
    /// rate is rounded to it, so <see cref="SaveCheckpoint"/> is what to go on from to the bit. Waits for the stream;
    /// the file is replaced whole or not at all. Master copies of weights of 16 bits, which Keras has not, stay out.
    /// </remarks>
    /// <param name="path">The file, by custom with the extension <c>.npz</c>; where it is a link, or in a folder that
    /// is one, what the link leads to.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="NotSupportedException">A variable has more than 64 dimensions, which numpy does not read, or
    /// more elements than an array can: 2,147,483,591.</exception>
    /// <exception cref="IOException">The disk or the system refuses, or the path is a folder, a pipe or a device, or
    /// leads round in links; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; the old file is as it
    /// was.</exception>
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

    /// <summary>Takes the state from a file that <see cref="SaveKerasState"/> wrote, or Python with
    /// <c>store = {}; optimizer.save_own_variables(store); numpy.savez(path, **store)</c>.</summary>
    /// <remarks>
    /// All of the file is checked before anything is written. It has no names of variables: that they come in the same
    /// order is the caller's to see to; shapes alone are compared. Elements may be of any type of numbers of numpy, but
    /// not complex and not big-endian. What holds of <see cref="LoadState"/> after a fault holds here. Everything is on
    /// the host at once, 8 bytes an element. Master copies of weights of 16 bits stay as they are. Waits for the
    /// stream. A number that float32 does not hold, and a whole one that no double does, are errors.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="LambCheckpointException">
    /// The file is damaged, not one of numpy's, a pipe or a device, or the state of another optimizer; the first 100
    /// differences are named. Nothing was changed.
    /// </exception>
    /// <exception cref="IOException">The disk or the system refuses; nothing was changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The system does not allow it; nothing was changed.</exception>
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
