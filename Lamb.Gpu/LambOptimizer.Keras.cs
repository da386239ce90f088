using Lamb.Gpu.Checkpoints;
using Lamb.Gpu.State;

namespace Lamb.Gpu;

/// <content>The state in a file that Python reads and writes.</content>
public sealed partial class LambOptimizer
{
    private Dictionary<string, string>? kerasNames;

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
        RequireState();
        Level();
        KerasFile.Write(path, KerasTable().Read());
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
        RequireState();
        IReadOnlyList<LambStateValue> saved = KerasFile.Read(path, KerasTable().Shapes);
        try
        {
            Take(saved, KerasTable());
        }
        catch (ArgumentException wrong)
        {
            throw new LambCheckpointException($"\"{path}\": {wrong.Message}", wrong);
        }
    }

    private string KerasName(LambVariable variable) => (kerasNames ??= StateTable.KerasNames(variables))[variable.Name];
}
