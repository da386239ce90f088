namespace Lamb.Gpu.Tests.Files;

/// <summary>What reads the inputs of a fuzzer, and what it may do.</summary>
/// <param name="Read">Reads one.</param>
/// <param name="IsRefusal">Whether an exception is a documented one.</param>
/// <param name="Multiple">How many bytes it may allocate for each byte of an input.</param>
/// <param name="Constant">How many more.</param>
internal sealed record FuzzReader(
    Action<byte[]> Read, Predicate<Exception> IsRefusal, long Multiple, long Constant)
{
    /// <summary>Reads an input and holds it against all that.</summary>
    public void Try(byte[] input, FuzzResult result)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(input);
            result.Read++;
        }
        catch (Exception refusal) when (IsRefusal(refusal))
        {
            result.Refused++;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsLessThanOrEqualTo(
            Constant + (Multiple * input.Length), allocated, $"bytes for an input of {input.Length}: {Begin(input)}");
        result.Multiple = Math.Max(result.Multiple, (double)(allocated - Constant) / Math.Max(1, input.Length));
        result.Constant = Math.Max(result.Constant, allocated - (Multiple * input.Length));
    }

    private static string Begin(byte[] input) =>
        string.Concat(input.Take(200).Select(value => value is >= 32 and < 127 ? (char)value : '?'));
}
