namespace Lamb.Gpu.Files;

/// <summary>What a file is called until it is whole, and what becomes of one that was never finished.</summary>
/// <remarks>
/// <c>.NAME.RANDOM.lamb-gpu.tmp</c> beside the file, of NAME the first 50 characters. Whoever writes it holds a lock;
/// where a process is killed it stays behind. The next write of the same file removes it, and that of any other
/// file in the folder after an hour.
/// </remarks>
internal static class TemporaryFile
{
    private const string Suffix = ".lamb-gpu.tmp";
    private const int RandomLength = 8;

    // With four bytes a character and the rest of the name, less than the 255 that file systems take.
    private const int LongestName = 50;

    // A new file is locked a moment after it is there, and locks are not kept on every network: what is younger may be
    // somebody's who is still writing.
    private static readonly TimeSpan AgeOfOwn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AgeOfOthers = TimeSpan.FromHours(1);

    /// <summary>Returns a new name beside a file.</summary>
    public static string NameFor(string target) => Path.Combine(
        Path.GetDirectoryName(target)!, Begin(target) + Path.GetRandomFileName()[..RandomLength] + Suffix);

    /// <summary>Removes what writes of this file have left, and what those of others have left long ago.</summary>
    public static void RemoveLeftovers(string target)
    {
        string begin = Begin(target);
        var plain = new EnumerationOptions { MatchType = MatchType.Simple, AttributesToSkip = 0 };
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, ".*" + Suffix, plain))
        {
            string name = Path.GetFileName(left);
            bool isOfTarget = name.Length == begin.Length + RandomLength + Suffix.Length
                && name.StartsWith(begin, StringComparison.Ordinal);
            TimeSpan age = DateTime.UtcNow - File.GetLastWriteTimeUtc(left);
            if (age > (isOfTarget ? AgeOfOwn : AgeOfOthers) && !IsLocked(left))
            {
                Remove(left);
            }
        }
    }

    /// <summary>Removes a file, if the system lets us.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // What stopped the writing is the better news; the next write tries again.
        }
    }

    private static string Begin(string target)
    {
        string name = Path.GetFileName(target);
        return $".{name[..Math.Min(name.Length, LongestName)]}.";
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
