using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Checkpoints;

/// <summary>Saves at the same time, and code of the caller's in the middle of one.</summary>
[TestClass]
[DoNotParallelize] // The pool of threads is one for all tests of the process.
public sealed class ConcurrentSaveTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void SavesToOnePathFromManyThreadsOfTheirOwnOptimizersAllSucceed()
    {
        string[] paths = [folder["run"], folder["run"], folder["run.best"]];
        Parallel.ForEach(paths, path =>
        {
            using var worn = new WornOptimizer();
            for (int save = 0; save < 50; save++)
            {
                worn.Optimizer.SaveCheckpoint(path);
            }
        });
        CollectionAssert.AreEqual(new[] { "run", "run.best" }, folder.Files);
    }

    [TestMethod]
    public void ThreadsOfThePoolThatSaveDoNotWaitForThePool()
    {
        WornOptimizer[] worn = [.. Enumerable.Range(0, 8).Select(_ => new WornOptimizer())];
        ThreadPool.GetMinThreads(out int least, out int leastPorts);
        ThreadPool.GetMaxThreads(out int most, out int mostPorts);
        try
        {
            ThreadPool.SetMinThreads(2, leastPorts);
            Assert.IsTrue(ThreadPool.SetMaxThreads(Math.Max(2, Environment.ProcessorCount), mostPorts));
            Task[] saves = [.. worn.Select((each, i) => Task.Run(() => each.Optimizer.SaveCheckpoint(folder[$"{i}"])))];
            Assert.IsTrue(Task.WaitAll(saves, TimeSpan.FromMinutes(1)), "they wait for each other");
        }
        finally
        {
            ThreadPool.SetMaxThreads(most, mostPorts);
            ThreadPool.SetMinThreads(least, leastPorts);
            Array.ForEach(worn, each => each.Dispose());
        }
    }

    [TestMethod]
    public void WhoIsToldOfProgressMayDisposeOfTheVariablesAndGetsAnErrorThatSaysIt()
    {
        using WornOptimizer saving = new(), loading = new(), other = new();
        other.Optimizer.SaveCheckpoint(folder["a"]);
        LambCheckpointOptions Disposing(WornOptimizer worn) => new()
        {
            Progress = new Told(_ => worn.Variables.Dispose()),
        };
        Assert.ThrowsExactly<ObjectDisposedException>(
            () => saving.Optimizer.SaveCheckpoint(folder["a"], Disposing(saving)));
        Assert.ThrowsExactly<ObjectDisposedException>(
            () => loading.Optimizer.LoadCheckpoint(folder["a"], Disposing(loading)));
        other.Optimizer.LoadCheckpoint(folder["a"]);
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }
}
