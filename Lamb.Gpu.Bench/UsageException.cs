namespace Lamb.Gpu.Bench;

/// <summary>Says what the user can mend: shown as it is, beside the usage.</summary>
internal sealed class UsageException(string message) : Exception(message);
