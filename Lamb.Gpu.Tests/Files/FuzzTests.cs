using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Lamb.Gpu.Files;
using Lamb.Gpu.Tests.Checkpoints;

namespace Lamb.Gpu.Tests.Files;

/// <summary>Whatever a file holds, a reader reads it or refuses it as documented, in memory that its size
/// bounds.</summary>
[TestClass]
public sealed class FuzzTests : IDisposable
{
    // What SECURITY.md says: of memory for each byte of a file, and besides.
    private const long Multiple = 64;
    private const long Constant = 2_000_000;

    // A deflated byte can be a thousand, and each of them a double.
    private const long DeflatedMultiple = 1032L * 2 * sizeof(double);

    private readonly TestFolder folder = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Safetensors() => Report(Fuzz.Run(
        [Checkpoint(), SafetensorsFile.Of("{}", 0), TwoTensors],
        FuzzShapes.HeaderCount,
        (shape, size) => WithData(FuzzShapes.MakeHeader(shape, size)),
        new FuzzReader(
            input =>
            {
                using var stream = new MemoryStream(input);
                SafetensorsHeader header = SafetensorsHeaderReader.Read(stream, "a");
                Assert.AreEqual(input.Length, header.DataStart + header.DataLength);
                SafetensorsReader.Read(stream, header, "a", keeps: true, (_, _, _) => { }, _ => { });
            },
            refusal => refusal is LambCheckpointException,
            Multiple,
            Constant)));

    // With the right checksum, whatever else is wrong.
    [TestMethod]
    public void CheckpointsThatAreForged()
    {
        using var worn = new WornOptimizer(steps: 1, seed: 9);
        byte[] file = Checkpoint();
        string header = SafetensorsFile.HeaderOf(file);
        long[] before = worn.Bits();
        string[] texts = ["configuration", "variables", "learning_rate", "decaying", "raw_iterations"];
        Report(Fuzz.Run(
            [Encoding.UTF8.GetBytes(header)],
            (texts.Length * FuzzShapes.JsonCount) + 2,
            (shape, size) => Encoding.UTF8.GetBytes(shape < texts.Length * FuzzShapes.JsonCount
                ? FuzzShapes.Replace(
                    header, texts[shape / FuzzShapes.JsonCount],
                    FuzzShapes.MakeJson(shape % FuzzShapes.JsonCount, size))
                : WithTensors(header, size, isShort: shape % 2 == 0)),
            new FuzzReader(
                input =>
                {
                    string changed = Encoding.UTF8.GetString(input);
                    File.WriteAllBytes(folder["b"], SafetensorsFile.Forge(file, _ => changed));
                    try
                    {
                        worn.Optimizer.LoadCheckpoint(folder["b"]);
                    }
                    catch (LambCheckpointException)
                    {
                        Assert.AreEqual(before[^1], worn.Optimizer.RawIterations);
                        throw;
                    }

                    before[^1] = worn.Optimizer.RawIterations;
                },
                refusal => refusal is LambCheckpointException,
                Multiple,
                Constant)));
    }

    [TestMethod]
    public void ArraysOfEveryKind() => Report(Fuzz.Run(
        [.. Directory.GetFiles(Numpy.Folder, "*.npz").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)],
        1,
        (_, size) => FuzzShapes.MakeArchive(3, size),
        new FuzzReader(
            input =>
            {
                using var stream = new MemoryStream(input);
                using var reader = new NpzReader(stream, "a");
                foreach (string name in reader.Names)
                {
                    reader.Read(name);
                }
            },
            refusal => refusal is LambCheckpointException,
            DeflatedMultiple,
            Constant)));

    [TestMethod]
    public void StatesOfKeras()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveKerasState(folder["a"]);
        Report(Fuzz.Run(
            [File.ReadAllBytes(folder["a"]), Deflated(folder["a"])],
            FuzzShapes.ArchiveCount,
            FuzzShapes.MakeArchive,
            new FuzzReader(
                input =>
                {
                    File.WriteAllBytes(folder["b"], input);
                    worn.Optimizer.LoadKerasState(folder["b"]);
                },
                refusal => refusal is LambCheckpointException,
                Multiple,
                Constant)));
    }

    [TestMethod]
    public void ADeflatedStateTakesNoMoreThanTheOptimizerHas()
    {
        const int length = 300_000, perElement = 32;
        using var worn = new WornOptimizer(new(), steps: 0, specs: [new("a", [length])]);
        worn.Optimizer.SaveKerasState(folder["a"]);
        byte[] file = Deflated(folder["a"]);
        Assert.IsLessThan(length, file.Length);
        var reader = new FuzzReader(
            input =>
            {
                File.WriteAllBytes(folder["b"], input);
                worn.Optimizer.LoadKerasState(folder["b"]);
            },
            _ => false,
            Multiple,
            Constant + (perElement * 2 * length));
        var result = new FuzzResult();
        reader.Try(file, result);
        Assert.AreEqual(1, result.Read);
    }

    [TestMethod]
    public void Configurations() => Report(Fuzz.Run(
        [
            .. new[]
            {
                new LambOptions(), WornOptimizer.Everything,
                new LambOptions { LearningRate = new PiecewiseConstantDecay([1, 2], [0.1, 0.2, 0.3]), ClipNorm = 1 },
            }.Select(options => Encoding.UTF8.GetBytes(options.ToJson())),
        ],
        FuzzShapes.OptionsCount,
        FuzzShapes.MakeOptions,
        new FuzzReader(
            input => LambOptions.FromJson(Encoding.UTF8.GetString(input)),
            refusal => refusal is JsonException or ArgumentException,
            Multiple,
            Constant)));

    private static byte[] TwoTensors => SafetensorsFile.Of(
        """
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}
        """,
        16);

    // The last end that a header says, so that it comes as far as can be.
    private static byte[] WithData(string header)
    {
        int last = header.LastIndexOf(',') + 1, end = header.IndexOf(']', last);
        bool hasData = end > last && int.TryParse(
            header[last..end], NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length < 1 << 24;
        return SafetensorsFile.Of(
            header, hasData ? int.Parse(header[last..end], CultureInfo.InvariantCulture) : 0);
    }

    // Tensors that the optimizer does not have, of no elements.
    private static string WithTensors(string header, int size, bool isShort)
    {
        string shape = isShort ? "0" : "0" + string.Concat(Enumerable.Repeat(",1", 500));
        const string trust = "\"trust_ratio\":";
        int place = header.IndexOf(trust, StringComparison.Ordinal);
        IEnumerable<string> tensors = Enumerable.Range(0, 1 + (size / (60 + shape.Length))).Select(i =>
            $$"""
            "t{{i}}":{"dtype":"F32","shape":[{{shape}}],"data_offsets":[0,0]},
            """);
        return header[..place] + string.Concat(tensors) + header[place..];
    }

    private static byte[] Deflated(string path)
    {
        using var stream = new MemoryStream();
        using (ZipArchive stored = ZipFile.OpenRead(path), deflated = new(stream, ZipArchiveMode.Create, true))
        {
            foreach (ZipArchiveEntry entry in stored.Entries)
            {
                using Stream from = entry.Open(), to = deflated.CreateEntry(entry.FullName).Open();
                from.CopyTo(to);
            }
        }

        return stream.ToArray();
    }

    private byte[] Checkpoint()
    {
        using var worn = new WornOptimizer();
        worn.Optimizer.SaveCheckpoint(folder["a"]);
        return File.ReadAllBytes(folder["a"]);
    }

    private void Report(FuzzResult result)
    {
        TestContext.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Read} inputs were read, {result.Refused} were refused; {Constant} bytes and at most "
            + $"{result.Multiple:0.0} a byte were allocated, or {Multiple} a byte and {result.Constant}"));
        Assert.IsGreaterThan(0, result.Refused);
    }
}
