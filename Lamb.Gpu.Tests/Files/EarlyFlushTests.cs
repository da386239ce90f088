using Lamb.Gpu.Files;

namespace Lamb.Gpu.Tests.Files;

/// <summary>What is flushed early is flushed often, and what a disk says meanwhile is not lost.</summary>
[TestClass]
public class EarlyFlushTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [TestMethod]
    public void ItFlushesUntilItIsFinished()
    {
        int flushes = 0;
        using var early = new EarlyFlush(Soon, () => Interlocked.Increment(ref flushes));
        Assert.IsTrue(SpinWait.SpinUntil(() => Volatile.Read(ref flushes) > 2, Patience));
        early.Finish();
        int last = flushes;
        Assert.IsFalse(SpinWait.SpinUntil(() => Volatile.Read(ref flushes) > last, 20 * Soon));
    }

    [TestMethod]
    public void WhatTheDiskSaysToAnEarlyFlushIsThrownAtTheEnd()
    {
        using var said = new ManualResetEventSlim();
        var early = new EarlyFlush(Soon, () =>
        {
            said.Set();
            throw new IOException("EIO");
        });
        Assert.IsTrue(said.Wait(Patience));
        Assert.AreEqual("EIO", Assert.ThrowsExactly<IOException>(early.Finish).Message);
        early.Dispose();
    }

    [TestMethod]
    public void WhereTheWritingHasFailedTheDiskIsNotHeard()
    {
        using var said = new ManualResetEventSlim();
        using (new EarlyFlush(Soon, () =>
        {
            said.Set();
            throw new IOException("EIO");
        }))
        {
            Assert.IsTrue(said.Wait(Patience));
        }
    }

    [TestMethod]
    public void NothingGoesOnWhileAFlushIsUnderWay()
    {
        using ManualResetEventSlim begun = new(), mayEnd = new();
        bool hasEnded = false;
        var early = new EarlyFlush(Soon, () =>
        {
            begun.Set();
            mayEnd.Wait();
            hasEnded = true;
        });
        Assert.IsTrue(begun.Wait(Patience));
        var ending = Task.Run(early.Dispose);
        Assert.IsFalse(ending.Wait(20 * Soon), "the file would be closed under it");
        mayEnd.Set();
        Assert.IsTrue(ending.Wait(Patience) && hasEnded);
    }
}
