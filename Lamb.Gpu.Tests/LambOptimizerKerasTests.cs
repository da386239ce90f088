using System.IO.Compression;
using Lamb.Gpu.Files;
using Lamb.Gpu.Tests.Checkpoints;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests;

/// <summary>The state goes to and from the files of numpy.</summary>
[TestClass]
public sealed class LambOptimizerKerasTests : IDisposable
{
    private static readonly LambVariableSpec[] Specs = [new("dense/kernel", [2, 3]), new("bias", [])];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void ATensorOfMoreThanABufferIsReadAsItWasWritten()
    {
        LambVariableSpec[] specs = [new("a", [50_001]), new("b", [16_384])];
        using WornOptimizer saved = new(new LambOptions(), specs: specs);
        using WornOptimizer loaded = new(new LambOptions(), steps: 1, specs: specs);
        saved.Optimizer.SaveKerasState(folder["a"]);
        loaded.Optimizer.LoadKerasState(folder["a"]);
        IReadOnlyList<LambStateValue> expected = saved.Optimizer.SaveState(), actual = loaded.Optimizer.SaveState();
        for (int i = 0; i < expected.Count; i++)
        {
            CollectionAssert.AreEqual(
                expected[i].Values.Select(value => (float)value).ToArray(),
                actual[i].Values.Select(value => (float)value).ToArray(),
                expected[i].Name);
        }
    }

    [TestMethod]
    public void AnEntryThatIsCalledAsWeDescribeAnotherIsAnErrorToo()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveKerasState(folder["a"]);
        using (ZipArchive archive = ZipFile.Open(folder["a"], ZipArchiveMode.Update))
        {
            using var copied = new MemoryStream();
            using (Stream first = archive.GetEntry("0.npy")!.Open())
            {
                first.CopyTo(copied);
            }

            using Stream added = archive.CreateEntry("0 (iteration).npy").Open();
            added.Write(copied.ToArray());
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<LambCheckpointException>(() => worn.Optimizer.LoadKerasState(folder["a"])).Message,
            "\"array '0 (iteration)'\" is [] in the file, missing in this optimizer.");
    }

    [TestMethod]
    [DataRow("stored.npz")]
    [DataRow("deflated.npz")]
    public void WhatNumpyWroteIsLoaded(string file)
    {
        using var worn = new WornOptimizer(new LambOptions(), specs: Specs);
        worn.Optimizer.LoadKerasState(Path.Combine(Numpy.Folder, file));
        double[][] values = [.. worn.Optimizer.SaveState().Select(value => value.Values.ToArray())];
        CollectionAssert.AreEqual(
            new double[] { 7, 0.25, 1, 2, 3, 4, 5, 6, 0, 0.125, 0.25, 0.375, 0.5, 0.625, -3, 0.5 },
            values.SelectMany(value => value).ToArray());
    }

    [TestMethod]
    public void WhatIsWrittenIsLoadedAgain()
    {
        using WornOptimizer saved = new(), loaded = new(steps: 1, seed: 9);
        saved.Optimizer.LearningRate = 0.25;
        saved.Optimizer.SaveKerasState(folder["a.npz"]);
        loaded.Optimizer.LoadKerasState(folder["a.npz"]);
        CollectionAssert.AreEqual(
            saved.Optimizer.SaveState().SelectMany(value => value.Values).ToArray(),
            loaded.Optimizer.SaveState().SelectMany(value => value.Values).ToArray());
        loaded.Optimizer.SaveKerasState(folder["b.npz"]);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder["a.npz"]), File.ReadAllBytes(folder["b.npz"]));
    }

    [TestMethod]
    public void EveryKindOfNumberIsRead()
    {
        using FileStream file = File.OpenRead(Path.Combine(Numpy.Folder, "kinds.npz"));
        using var reader = new NpzReader(file, "kinds.npz");
        var expected = new Dictionary<string, double[]>
        {
            ["f2"] = [1.5, -2, 65504],
            ["f4"] = [1.5, double.PositiveInfinity, double.NaN],
            ["f8"] = [1e300, -0.0],
            ["i1"] = [-128, 127],
            ["u1"] = [0, 255],
            ["i2"] = [-32768, 32767],
            ["u2"] = [0, 65535],
            ["i4"] = [int.MinValue, int.MaxValue],
            ["u4"] = [0, uint.MaxValue],
            ["i8"] = [-(1L << 53), 1L << 53],
            ["u8"] = [0, 1L << 53],
            ["b1"] = [0, 1],
            ["empty"] = [],
        };
        CollectionAssert.AreEquivalent(expected.Keys, reader.Names.ToArray());
        foreach ((string name, double[] values) in expected)
        {
            CollectionAssert.AreEqual(values, reader.Read(name), name);
        }

        CollectionAssert.AreEqual(new long[] { 0, 3 }, reader.ShapeOf("empty").ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 2 }, reader.ShapeOf("f8").ToArray());
    }

    [TestMethod]
    [DataRow("fortran.npz", "array \"2\" is in Fortran's order. Save numpy.ascontiguousarray of it.")]
    [DataRow("big-endian.npz", "array \"2\" must have elements of one of the types <f2, <f4,")]
    [DataRow("wide.npz", "\"array '6'\" is [1, 2] in the file, missing in this optimizer.")]
    [DataRow("kinds.npz", "\"0 (iteration)\" is missing in the file, [] in this optimizer.")]
    public void WhatDoesNotFitIsNamedAndNothingIsLoaded(string file, string problem)
    {
        using var worn = new WornOptimizer(new LambOptions(), specs: Specs);
        long[] before = worn.Bits();
        string message = Assert.ThrowsExactly<LambCheckpointException>(
            () => worn.Optimizer.LoadKerasState(Path.Combine(Numpy.Folder, file))).Message;
        StringAssert.Contains(message, problem);
        StringAssert.EndsWith(message, " Nothing was loaded.");
        CollectionAssert.AreEqual(before, worn.Bits());
    }

    [TestMethod]
    [DataRow("stored.npz")]
    [DataRow("deflated.npz")]
    public void CutShortOrFlippedItIsAnErrorOrTheSame(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Numpy.Folder, name));
        using WornOptimizer worn = new(new LambOptions(), specs: Specs), right = new(new LambOptions(), specs: Specs);
        right.Optimizer.LoadKerasState(Path.Combine(Numpy.Folder, name));
        long[] before = worn.Bits(), loaded = right.StateBits();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.IsFalse(Loads(worn.Optimizer, file[..length]), $"{length} bytes");
        }

        CollectionAssert.AreEqual(before, worn.Bits());
        for (int i = 0; i < file.Length; i++)
        {
            byte[] changed = [.. file];
            changed[i] ^= 0x41;
            if (Loads(worn.Optimizer, changed))
            {
                CollectionAssert.AreEqual(loaded, worn.StateBits(), $"byte {i}");
            }
        }
    }

    private bool Loads(LambOptimizer optimizer, byte[] content)
    {
        File.WriteAllBytes(folder["c.npz"], content);
        try
        {
            optimizer.LoadKerasState(folder["c.npz"]);
            return true;
        }
        catch (LambCheckpointException)
        {
            return false;
        }
    }
}
