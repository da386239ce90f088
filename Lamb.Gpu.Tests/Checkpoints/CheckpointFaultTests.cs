using System.Diagnostics;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>Whatever stops the saving, the old file is there; whatever stops the loading, the old state.</summary>
[TestClass]
public sealed class CheckpointFaultTests : IDisposable
{
    private static readonly LambCheckpointOptions All = new();

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    // In a quick run every eleventh, and the last.
    private static IEnumerable<long> Lengths(long last)
    {
        for (long length = 0; length < last; length += Thorough.Choose(quick: 11, thorough: 1))
        {
            yield return length;
        }

        yield return last;
    }

    [TestMethod]
    public void ADiskThatFailsAfterAnyByteLeavesTheOldFile()
    {
        using WornOptimizer old = new(seed: 9), worn = new();
        old.Optimizer.SaveCheckpoint(folder["a"]);
        byte[] before = File.ReadAllBytes(folder["a"]);
        long[] bits = worn.Bits();
        long length = before.Length + 64, failed = 0;
        foreach (long good in Lengths(length))
        {
            try
            {
                worn.Optimizer.SaveThrough(file => new BrokenStream(file, good), folder["a"], All, default);
                Assert.AreEqual(length, good, "only the last byte is enough");
            }
            catch (IOException)
            {
                failed++;
                CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["a"]), $"{good} bytes");
            }

            CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
        }

        Assert.AreEqual(Lengths(length).Count(), failed + 1);
        CollectionAssert.AreEqual(bits, worn.Bits());
        worn.Optimizer.LoadCheckpoint(folder["a"]);
    }

    [TestMethod]
    [DataRow(long.MaxValue, DisplayName = "kept on the host")]
    [DataRow(0, DisplayName = "read twice")]
    public void ADiskThatFailsAfterAnyByteLeavesTheOldStateOrSaysThatItDoesNot(long room)
    {
        using WornOptimizer saved = new(), worn = new(seed: 9);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        worn.Optimizer.SaveCheckpoint(folder["b"]);
        long[] before = worn.Bits();
        long length = new FileInfo(folder["a"]).Length, total = room == 0 ? 2 * length : length;
        foreach (long good in Lengths(total))
        {
            try
            {
                worn.Optimizer.LoadThrough(file => new BrokenStream(file, good), folder["a"], All, room, default);
                break;
            }
            catch (IOException)
            {
                if (good < length)
                {
                    CollectionAssert.AreEqual(before, worn.Bits(), $"{good} bytes");
                }
                else
                {
                    AssertRefusesAll(worn.Optimizer);
                    worn.Optimizer.LoadCheckpoint(folder["b"]);
                    CollectionAssert.AreEqual(before, worn.Bits(), $"{good} bytes");
                }
            }
        }

        CollectionAssert.AreEqual(saved.Bits(), worn.Bits());
    }

    [TestMethod]
    public void AFileThatIsWrittenWhileItIsReadIsFoundOut()
    {
        using WornOptimizer saved = new(), worn = new(seed: 9);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        byte[] changed = File.ReadAllBytes(folder["a"]);
        changed[^1] ^= 1;
        bool isSecond = false;
        var options = new LambCheckpointOptions
        {
            // Between the two readings, behind the back of the lock.
            Progress = new Told(told => isSecond = told.BytesDone == told.BytesTotal),
        };
        Assert.ThrowsExactly<LambCheckpointException>(() => worn.Optimizer.LoadThrough(
            file => new ReplacedStream(file, () => isSecond, changed), folder["a"], options, 0, default));
        AssertRefusesAll(worn.Optimizer);
        worn.Optimizer.LoadCheckpoint(folder["a"]);
        CollectionAssert.AreEqual(saved.Bits(), worn.Bits());
    }

    [TestMethod]
    public void CancellingLeavesTheOldFileAndTheOldState()
    {
        using WornOptimizer old = new(seed: 9), worn = new();
        old.Optimizer.SaveCheckpoint(folder["a"]);
        byte[] before = File.ReadAllBytes(folder["a"]);
        long[] bits = worn.Bits();
        for (int report = 0; ; report++)
        {
            using var source = new CancellationTokenSource();
            int left = report;
            var options = new LambCheckpointOptions
            {
                Progress = new Told(_ =>
                {
                    if (left-- == 0)
                    {
                        source.Cancel();
                    }
                }),
            };
            if (!IsCancelled(() => worn.Optimizer.SaveCheckpoint(folder["a"], options, source.Token)))
            {
                Assert.IsGreaterThan(5, report);
                break;
            }

            CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["a"]));
            CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
            left = report;
            File.WriteAllBytes(folder["b"], before);
            Assert.IsTrue(IsCancelled(() => worn.Optimizer.LoadCheckpoint(folder["b"], options, source.Token)));
            CollectionAssert.AreEqual(bits, worn.Bits());
            File.Delete(folder["b"]);
        }
    }

    [TestMethod]
    public void AnyByteThatIsFlippedAndAnyThatIsMissingLeavesTheOldState()
    {
        using WornOptimizer saved = new(), worn = new(seed: 9);
        saved.Optimizer.SaveCheckpoint(folder["a"]);
        byte[] file = File.ReadAllBytes(folder["a"]);
        long[] before = worn.Bits();
        for (int i = 0; i < file.Length; i += Thorough.Choose(quick: 11, thorough: 1))
        {
            byte[] changed = [.. file];
            changed[i] ^= (byte)(1 << (i % 8));
            AssertRefused(changed);
            AssertRefused(file[..i]);
        }

        CollectionAssert.AreEqual(before, worn.Bits());

        void AssertRefused(byte[] content)
        {
            File.WriteAllBytes(folder["b"], content);
            string problem = Assert.ThrowsExactly<LambCheckpointException>(
                () => worn.Optimizer.LoadCheckpoint(folder["b"])).Message;
            Assert.IsFalse(problem.Contains("another optimizer", StringComparison.Ordinal), problem);
            Assert.IsFalse(problem.Contains("without weights", StringComparison.Ordinal), problem);
            Assert.IsFalse(problem.Contains("the library that wrote it", StringComparison.Ordinal), problem);
            Assert.IsFalse(problem.Contains("not a checkpoint", StringComparison.Ordinal), problem);
            Assert.IsTrue(
                problem.Contains("ake another copy", StringComparison.Ordinal)
                || problem.Contains("'checksum'", StringComparison.Ordinal),
                problem);
        }
    }

    [TestMethod]
    public void AFolderIsSaidToBeOne()
    {
        using var worn = new WornOptimizer();
        Action<string>[] uses =
        [
            path => worn.Optimizer.SaveCheckpoint(path), path => worn.Optimizer.LoadCheckpoint(path),
            worn.Optimizer.SaveKerasState, worn.Optimizer.LoadKerasState,
        ];
        foreach (Action<string> use in uses)
        {
            StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => use(folder["."])).Message, "is a folder;");
        }
    }

    [TestMethod]
    public void AFileThatMayOnlyBeReadStays()
    {
        using var worn = new WornOptimizer();
        File.WriteAllText(folder["a"], "mine");
        File.SetAttributes(folder["a"], FileAttributes.ReadOnly);
        Assert.ThrowsExactly<UnauthorizedAccessException>(() => worn.Optimizer.SaveCheckpoint(folder["a"]));
        Assert.AreEqual("mine", File.ReadAllText(folder["a"]));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => worn.Optimizer.SaveCheckpoint(folder["x/a"]));
    }

    [TestMethod]
    public void AFullDiskAndAFolderThatMayOnlyBeReadLeaveTheOldFile()
    {
        string mounted = Directory.CreateDirectory(folder["disk"]).FullName;
        Mount($"mount -t tmpfs -o size=256k lamb-gpu {mounted}");
        try
        {
            using WornOptimizer small = new(), large = new(new LambOptions(), specs: [new("a", [50_000])]);
            string path = Path.Combine(mounted, "a");
            small.Optimizer.SaveCheckpoint(path);
            byte[] before = File.ReadAllBytes(path);
            Assert.ThrowsExactly<IOException>(() => large.Optimizer.SaveCheckpoint(path));
            AssertStays(path, before);
            Mount($"mount -o remount,ro {mounted}");
            Assert.Throws<Exception>(() => small.Optimizer.SaveCheckpoint(path));
            AssertStays(path, before);
            small.Optimizer.LoadCheckpoint(path);
        }
        finally
        {
            Mount($"umount {mounted}");
        }
    }

    private static void AssertStays(string path, byte[] before)
    {
        CollectionAssert.AreEqual(before, File.ReadAllBytes(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    private static void Mount(string command)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            throw new AssertInconclusiveException("Only root on Linux can mount a small disk.");
        }

        string[] words = command.Split(' ');
        using Process process = Process.Start(words[0], words[1..]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new AssertInconclusiveException($"'{command}' ended with code {process.ExitCode}.");
        }
    }

    private static bool IsCancelled(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static void AssertRefusesAll(LambOptimizer optimizer)
    {
        Action[] uses = [optimizer.Step, () => optimizer.SaveState(), () => optimizer.SaveCheckpoint("/nowhere/a")];
        foreach (Action use in uses)
        {
            string message = Assert.ThrowsExactly<InvalidOperationException>(use).Message;
            StringAssert.StartsWith(message, "The loading of a checkpoint was cut off");
        }
    }
}
