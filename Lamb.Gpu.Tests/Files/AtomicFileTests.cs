using System.Diagnostics;
using Lamb.Gpu.Files;

namespace Lamb.Gpu.Tests.Files;

/// <summary>A file is replaced whole or not at all, and nothing else in its folder is touched.</summary>
[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void TheOldFileIsThereUntilTheNewOneIsWhole()
    {
        File.WriteAllBytes(folder["a"], [1, 2, 3]);
        AtomicFile.Write(folder["a"], 2, file =>
        {
            file.Write([4, 5]);
            file.Flush();
            CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(folder["a"]));
            Assert.HasCount(2, folder.Files);
        });
        CollectionAssert.AreEqual(new byte[] { 4, 5 }, File.ReadAllBytes(folder["a"]));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }

    [TestMethod]
    public void WhatThrowsLeavesTheOldFileAlone()
    {
        File.WriteAllBytes(folder["a"], [1, 2, 3]);
        Assert.ThrowsExactly<TimeoutException>(() => AtomicFile.Write(folder["a"], 0, file =>
        {
            file.Write(new byte[1_000_000]);
            throw new TimeoutException();
        }));
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, File.ReadAllBytes(folder["a"]));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }

    [TestMethod]
    public void LeftoversOfTheSameFileAreRemovedAndWhatIsOfOthersStays()
    {
        // Of another file, of its user, of nobody.
        string[] others =
        [
            ".ab.12345678.lamb-gpu.tmp", ".a.b.12345678.lamb-gpu.tmp", ".a.notes.tmp", ".a.12345678.tmp", "a.tmp", "b",
        ];
        string[] left = [".a.12345678.lamb-gpu.tmp", ".c.12345678.lamb-gpu.tmp"];
        foreach (string name in others.Concat(left))
        {
            File.WriteAllText(folder[name], "");
        }

        File.SetLastWriteTimeUtc(folder[left[0]], DateTime.UtcNow.AddSeconds(-2));
        File.SetLastWriteTimeUtc(folder[left[1]], DateTime.UtcNow.AddHours(-2));
        using (new FileStream(folder[left[0]], FileMode.Open, FileAccess.Write, FileShare.None))
        {
            AtomicFile.Write(folder["a"], 0, file => file.WriteByte(1));
            CollectionAssert.AreEquivalent(others.Concat(["a", left[0]]).ToArray(), folder.Files);
        }

        AtomicFile.Write(folder["a"], 0, file => file.WriteByte(1));
        CollectionAssert.AreEquivalent(others.Append("a").ToArray(), folder.Files);
    }

    [TestMethod]
    public void ANameMayBeAsLongAsTheFileSystemTakes()
    {
        string name = new('ä', 127);
        AtomicFile.Write(folder[name], 0, file => file.WriteByte(1));
        CollectionAssert.AreEqual(new[] { name }, folder.Files);
    }

    [TestMethod]
    public void ALinkStaysALink()
    {
        File.WriteAllBytes(folder["target"], [1]);
        File.CreateSymbolicLink(folder["link"], "target");
        AtomicFile.Write(folder["link"], 0, file => file.WriteByte(2));
        Assert.AreEqual("target", new FileInfo(folder["link"]).LinkTarget);
        CollectionAssert.AreEqual(new byte[] { 2 }, File.ReadAllBytes(folder["target"]));
        CollectionAssert.AreEqual(new[] { "link", "target" }, folder.Files);
    }

    // Each link by its name and what it leads to; .. counts from where a link leads to, as for the system.
    [TestMethod]
    [DataRow("latest", "real/x", "latest -> real/x", DisplayName = "to a folder below")]
    [DataRow("real/latest", "x", "real/latest -> ../x", DisplayName = "to a folder above")]
    [DataRow("a", "real/x", "a -> b", "b -> ./c", "c -> real/x", DisplayName = "a chain")]
    [DataRow("sub/x", "real/x", "sub -> real", DisplayName = "a folder that is a link")]
    [DataRow("sub/x", "real/x", "sub -> real/deep", "real/deep/x -> ../x", DisplayName = "in a folder that is one")]
    [DataRow("a/x", "real/x", "a -> b", "b -> real/deep/..", DisplayName = "to the folder above a folder")]
    [DataRow("real/../latest", "real/x", "latest -> real/x", DisplayName = "a path that goes back")]
    public void WhatALinkLeadsToIsWritten(string path, string target, params string[] links)
    {
        Directory.CreateDirectory(folder["real/deep"]);
        foreach (string[] link in links.Select(link => link.Split(" -> ")))
        {
            File.CreateSymbolicLink(folder[link[0]], link[1]);
        }

        // First there is nothing at the end of the link, then there is; then the path is one from the folder of the
        // process.
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, folder[path]);
        foreach ((int round, string written) in new[] { folder[path], folder[path], relative }.Index())
        {
            AtomicFile.Write(written, 0, file => file.WriteByte((byte)round));
            CollectionAssert.AreEqual(new[] { (byte)round }, File.ReadAllBytes(folder[target]), $"round {round}");
            CollectionAssert.AreEqual(new[] { (byte)round }, File.ReadAllBytes(folder[path]), $"round {round}");
        }

        foreach (string[] link in links.Select(link => link.Split(" -> ")))
        {
            Assert.AreEqual(link[1], new FileInfo(folder[link[0]]).LinkTarget);
        }

        string[] files = Directory.GetFiles(folder["."], "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        });
        CollectionAssert.AreEqual(
            new[] { Path.GetFullPath(folder[target]) }, files.Select(Path.GetFullPath).Distinct().ToArray());
    }

    [TestMethod]
    [DataRow("a", "is a folder;", "a -> real")]
    [DataRow("a", "in a circle", "a -> a")]
    [DataRow("a", "in a circle", "a -> b", "b -> ./a")]
    [DataRow("a/x", "in a circle", "a -> b", "b -> a")]
    [DataRow("a", null, "a -> none/x")]
    [DataRow("a/x", null, "a -> none")]
    public void ALinkThatLeadsToNoFileIsAnError(string path, string? problem, params string[] links)
    {
        Directory.CreateDirectory(folder["real"]);
        foreach (string[] link in links.Select(link => link.Split(" -> ")))
        {
            File.CreateSymbolicLink(folder[link[0]], link[1]);
        }

        IOException error = Assert.Throws<IOException>(
            () => AtomicFile.Write(folder[path], 0, file => file.WriteByte(1)));
        Assert.IsTrue(problem == null
            ? error is DirectoryNotFoundException
            : error.Message.Contains(problem, StringComparison.Ordinal), error.Message);
        Assert.IsEmpty(Directory.GetFiles(folder["real"]));
    }

    [TestMethod]
    public void APipeIsNeitherWrittenNorWaitedFor()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new AssertInconclusiveException("Only on Linux a pipe is told from a file.");
        }

        using (Process process = Process.Start("mkfifo", folder["pipe"]))
        {
            process.WaitForExit();
        }

        File.CreateSymbolicLink(folder["link"], "pipe");
        foreach (string path in new[] { folder["pipe"], folder["link"], "/dev/zero" })
        {
            StringAssert.Contains(
                Assert.ThrowsExactly<LambCheckpointException>(() => SourceFile.Open(path)).Message,
                "it must be a file, not a pipe or a device.");
            StringAssert.Contains(
                Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, 0, file => file.WriteByte(1))).Message,
                "is a pipe or a device; a file is to be written.");
        }
    }

    [TestMethod]
    public void WhoMayReadTheOldFileMayReadTheNewOneAndNobodyElse()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new AssertInconclusiveException("Windows has no such modes.");
        }

        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllBytes(folder["a"], [1]);
        File.SetUnixFileMode(folder["a"], mine);
        AtomicFile.Write(folder["a"], 0, file => file.WriteByte(2));
        Assert.AreEqual(mine, File.GetUnixFileMode(folder["a"]));
    }

    [TestMethod]
    public void TwoThatWriteTheSameFileLeaveOneOfBoth()
    {
        Parallel.For(0, 4, writer =>
        {
            for (int round = 0; round < 50; round++)
            {
                try
                {
                    AtomicFile.Write(folder["a"], 0, file => file.Write([.. Enumerable.Repeat((byte)writer, 5000)]));
                    byte[] there = File.ReadAllBytes(folder["a"]);
                    Assert.HasCount(5000, there);
                    Assert.HasCount(1, there.Distinct());
                }
                catch (IOException)
                {
                    // One of them may be refused, but neither may leave a file of both.
                }
            }
        });
        AtomicFile.Write(folder["a"], 0, file => file.WriteByte(1));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }
}
