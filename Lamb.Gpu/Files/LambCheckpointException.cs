namespace Lamb.Gpu;

/// <summary>Thrown when a file is damaged or does not fit the optimizer that loads it.</summary>
/// <remarks>
/// The message names the file, the place in it, what was expected there and what was found. Nothing was loaded.
/// Errors of the disk or the system remain <see cref="IOException"/>s.
/// </remarks>
public sealed class LambCheckpointException : Exception
{
    /// <summary>Creates an exception with a general message.</summary>
    public LambCheckpointException()
        : base("The file is damaged or does not fit. Nothing was loaded.")
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public LambCheckpointException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">The exception that caused it.</param>
    public LambCheckpointException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
