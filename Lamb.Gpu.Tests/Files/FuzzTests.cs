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
    // A message, an exception and its trace; and what a JSON document takes of a byte.
    private const long Constant = 200_000;
    private const long BytesPerByte = 200;

    private readonly TestFolder folder = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Safetensors() => Report(Fuzz.Run(
        [Checkpoint(new WornOptimizer()), SafetensorsFile.Of("{}", 0), TwoTensors],
        input =>
        {
            using var stream = new MemoryStream(input);
            SafetensorsHeader header = SafetensorsHeaderReader.Read(stream, "a");
            Assert.AreEqual(input.Length, header.DataStart + header.DataLength);
            SafetensorsReader.Read(stream, header, "a", keeps: true, (_, _, _) => { }, _ => { });
        },
        refusal => refusal is LambCheckpointException,
        length => Constant + (BytesPerByte * length)));

    // With the right checksum, whatever else is wrong.
    [TestMethod]
    public void CheckpointsThatAreForged()
    {
        using var worn = new WornOptimizer(steps: 1, seed: 9);
        using var saved = new WornOptimizer();
        string header = SafetensorsFile.HeaderOf(Checkpoint(saved));
        byte[] file = File.ReadAllBytes(folder["a"]);
        long[] before = worn.Bits();
        Report(Fuzz.Run(
            [Encoding.UTF8.GetBytes(header)],
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
            length => (10 * Constant) + (10 * BytesPerByte * length)));
    }

    [TestMethod]
    public void Npz() => Report(Fuzz.Run(
        [.. Directory.GetFiles(Numpy.Folder, "*.npz").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)],
        input =>
        {
            using var stream = new MemoryStream(input);
            using var reader = new NpzReader(stream, "a");
            foreach (string name in reader.Shapes.Keys)
            {
                reader.Read(name);
            }
        },
        refusal => refusal is LambCheckpointException,

        // A deflated byte can be a thousand, and each of them a double.
        length => (20 * Constant) + (1032L * 2 * sizeof(double) * length)));

    [TestMethod]
    public void Configurations() => Report(Fuzz.Run(
        [
            .. new[]
            {
                new LambOptions(), WornOptimizer.Everything,
                new LambOptions { LearningRate = new PiecewiseConstantDecay([1, 2], [0.1, 0.2, 0.3]), ClipNorm = 1 },
            }.Select(options => Encoding.UTF8.GetBytes(options.ToJson())),
        ],
        input => LambOptions.FromJson(Encoding.UTF8.GetString(input)),
        refusal => refusal is JsonException or ArgumentException,
        length => Constant + (10 * BytesPerByte * length)));

    private static byte[] TwoTensors => SafetensorsFile.Of(
        """
        {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}
        """,
        16);

    private byte[] Checkpoint(WornOptimizer worn)
    {
        using (worn)
        {
            worn.Optimizer.SaveCheckpoint(folder["a"]);
            return File.ReadAllBytes(folder["a"]);
        }
    }

    private void Report((long Read, long Refused) counts)
    {
        TestContext.WriteLine($"{counts.Read} inputs were read, {counts.Refused} were refused");
        Assert.IsGreaterThan(0, counts.Refused);
    }
}
