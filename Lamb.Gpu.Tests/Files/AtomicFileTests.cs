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
    public void LeftoversOfTheSameFileAreRemovedAndThoseOfOthersStay()
    {
        string[] others = [".ab.x.tmp", ".b.x.tmp", "a.tmp", "b"];
        foreach (string name in others.Append(".a.old.tmp"))
        {
            File.WriteAllText(folder[name], "");
        }

        using (new FileStream(folder[".a.busy.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            AtomicFile.Write(folder["a"], 0, file => file.WriteByte(1));
            CollectionAssert.AreEquivalent(others.Concat(["a", ".a.busy.tmp"]).ToArray(), folder.Files);
        }

        AtomicFile.Write(folder["a"], 0, file => file.WriteByte(1));
        CollectionAssert.AreEquivalent(others.Append("a").ToArray(), folder.Files);
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
