namespace Lamb.Gpu;

/// <summary>Says that a file is not good, or does not fit the optimizer that was to load it.</summary>
/// <remarks>
/// The message names the file, the place in it, what was expected there and what was found. Nothing was loaded. What
/// the disk or the system has against reading or writing stays an <see cref="IOException"/>.
/// </remarks>
public sealed class LambCheckpointException : Exception
{
    /// <summary>Makes an exception with a message that says no more than that the file is not good.</summary>
    public LambCheckpointException()
        : base("The file is not good. Nothing was loaded.")
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public LambCheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">What it was found by.</param>
    public LambCheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
