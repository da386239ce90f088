using Lamb.Gpu.Files;

namespace Lamb.Gpu.Tests.Files;

/// <summary>What is written is read again, and whatever is no safetensors file is an error that says why.</summary>
[TestClass]
public class SafetensorsTests
{
    private const string Name = "a.safetensors";

    private static readonly (string Name, TensorElement Element, IReadOnlyList<long> Shape)[] Tensors =
    [
        ("matrix", TensorElement.F32, [2, 3]),
        ("nothing", TensorElement.F64, [0, 5]),
        ("hälfte/\"x\"", TensorElement.F16, [3]),
        ("scalar", TensorElement.I64, []),
        ("brain", TensorElement.BF16, [1, 1, 5]),
        ("double", TensorElement.F64, [2]),
    ];

    private static readonly (string Name, string Header, int Data, string Problem)[] Wrong =
    [
        ("truncated", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4,
            "the header says 70 bytes, the file has 66. It is truncated."),
        ("too long", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9,
            "the header says 70 bytes, the file has 71. Something was written behind it."),
        ("size", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4,
            "tensor \"a\" in the header has 8 bytes by its dtype F32 and its shape [2], 4 by its data_offsets."),
        ("hole", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
            "tensor \"a\" must begin at byte 0 of the data, where the one before ends; the header says 4: a hole."),
        ("overlap", """
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}
            """, 6,
            "tensor \"b\" must begin at byte 4 of the data, where the one before ends; the header says 2: an overlap."),
        ("backwards", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4,
            "the data_offsets of tensor \"a\" in the header must be a beginning and an end, were [4, 0]."),
        ("type", """{"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}""", 1,
            "the dtype of tensor \"a\" in the header must be one of F32, F16, BF16, I64, F64, was \"I8\"."),
        ("number", """{"a":{"dtype":"1","shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype of"),
        ("negative", """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4,
            "the shape of tensor \"a\" in the header must be whole numbers from 0 on, one is \"-1\"."),
        ("half", """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "the shape of"),
        ("overflow", """{"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,0]}}""", 0,
            "tensor \"a\" in the header must have a shape of less than 2^63 bytes, had [4611686018427387904, 2]."),
        ("beyond 64 bits", """{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}""", 0,
            "the shape of"),
        ("twice", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}""", 4,
            "the header must be a JSON object of tensors"),
        ("twice, once escaped", """
            {"a":{"dtype":"I64","shape":[0],"data_offsets":[0,0]},
            "\u0061":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}}
            """, 0, "the header must be a JSON object of tensors"),
        ("more", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}""", 4,
            "tensor \"a\" in the header must be an object of dtype"),
        ("no list", """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "the shape of"),
        ("depth", """{"a":{"shape":[[[[[[1]]]]]]}}""", 4,
            "the shape of tensor \"a\" in the header must be whole numbers from 0 on, one is \"[\"."),
        ("no object", """{"a":[[[[[[1]]]]]]}""", 4, "tensor \"a\" in the header must be an object of dtype"),
        ("behind it", """{} {}""", 0, "the header must be a JSON object of tensors"),
        ("texts", """{"__metadata__":{"a":1}}""", 0, "'__metadata__' in the header must hold texts"),
        ("list", """[]""", 0, "the header must begin with '{'"),
        ("surrogate", """{"\ud800":1}""", 0, "the header must be a JSON object of tensors"),
        ("empty", "", 0, "the header must be a JSON object of tensors"),
    ];

    public static IEnumerable<object[]> Headers => Wrong.Select(each => new object[] { each.Name });

    [TestMethod]
    public void EveryTypeOfElementIsReadAsItWasWritten()
    {
        byte[] file = Written();
        using var stream = new MemoryStream(file);
        SafetensorsHeader header = SafetensorsHeaderReader.Read(stream, Name);
        Assert.AreEqual(0, header.DataStart % 8);
        CollectionAssert.AreEqual(
            new[] { "nothing", "scalar", "double", "matrix", "hälfte/\"x\"", "brain" },
            header.Tensors.Select(tensor => tensor.Name).ToArray());
        CollectionAssert.AreEqual(
            new[] { "F64 [0, 5]", "I64 []", "F64 [2]", "F32 [2, 3]", "F16 [3]", "BF16 [1, 1, 5]" },
            header.Tensors.Select(tensor => tensor.Describe()).ToArray());
        CollectionAssert.AreEqual(
            new long[] { 0, 8, 16, 24, 6, 10 }, header.Tensors.Select(tensor => tensor.Length).ToArray());
        foreach (TensorEntry tensor in header.Tensors)
        {
            Assert.AreEqual(0, tensor.Begin % TensorEntry.SizeOf(tensor.Element), tensor.Name);
        }

        Assert.AreEqual("x\n\"ß\"", header.Metadata["text"]);
        var data = new byte[header.DataLength];
        SafetensorsReader.Read(
            stream, header, Name, keeps: true,
            (entry, begin, piece) => piece.CopyTo(data.AsMemory((int)(entry.Begin + begin))),
            _ => { });
        CollectionAssert.AreEqual(Enumerable.Range(1, data.Length).Select(i => (byte)i).ToArray(), data);
    }

    // The format does not ask for it, and older files are not.
    [TestMethod]
    public void TensorsThatAreNotAlignedAreRead()
    {
        byte[] file = SafetensorsFile.Of(
            """
            {"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]},"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}
            """,
            6);
        using var stream = new MemoryStream(file);
        CollectionAssert.AreEqual(
            new[] { "a", "b" },
            SafetensorsHeaderReader.Read(stream, Name).Tensors.Select(tensor => tensor.Name).ToArray());
    }

    [TestMethod]
    public void AHeaderLongerThanTheFormatsOwnLibraryReadsIsWrittenAndRead()
    {
        const int count = 1000, length = 101_000;
        SafetensorsHeader header = Header([.. Enumerable.Range(0, count).Select(
            i => ($"{i}".PadLeft(length, 'n'), TensorElement.F32, (IReadOnlyList<long>)[1]))]);
        using var stream = new MemoryStream();
        stream.Write(header.LengthBytes());
        stream.Write(header.Text);
        stream.SetLength(stream.Length + header.DataLength);
        stream.Position = 0;
        Assert.IsGreaterThan(100_000_000, header.Text.Length);
        Assert.HasCount(count, SafetensorsHeaderReader.Read(stream, Name).Tensors);
    }

    [TestMethod]
    public void BytesAreCountedAsFarAs63BitsGo()
    {
        const long half = 1L << 62;
        Assert.AreEqual(0, TensorEntry.CountBytes(TensorElement.F64, [half, half, half, 0]));
        Assert.AreEqual(0, TensorEntry.CountBytes(TensorElement.F64, [half, 0]));
        Assert.AreEqual(half, TensorEntry.CountBytes(TensorElement.F32, [half / 4]));
        Assert.IsNull(TensorEntry.CountBytes(TensorElement.F32, [half / 2]));
        Assert.IsNull(TensorEntry.CountBytes(TensorElement.F16, [-1]));
    }

    [TestMethod]
    public void AFileCutShortAnywhereIsAnError()
    {
        byte[] file = Written();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.ThrowsExactly<LambCheckpointException>(() => Read(file[..length]), $"{length} bytes");
        }

        Assert.ThrowsExactly<LambCheckpointException>(() => Read([.. file, 0]));
    }

    [TestMethod]
    public void AnyByteThatIsFlippedIsAnError()
    {
        byte[] file = Written();
        for (int i = 0; i < file.Length; i++)
        {
            foreach (int mask in new[] { 1, 0x20, 0x80, 0xFF })
            {
                byte[] changed = [.. file];
                changed[i] ^= (byte)mask;
                Assert.ThrowsExactly<LambCheckpointException>(() => Read(changed), $"byte {i} ^ {mask}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Headers))]
    public void WhatIsWrongIsNamed(string name)
    {
        var (_, header, data, problem) = Wrong.Single(each => each.Name == name);
        var error = Assert.ThrowsExactly<LambCheckpointException>(() => Read(SafetensorsFile.Of(header, data)));
        StringAssert.StartsWith(error.Message, $"\"{Name}\": {problem}");
        StringAssert.EndsWith(error.Message, " Nothing was loaded.");
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow(1UL << 63)]
    [DataRow(100_000_001UL)]
    [DataRow(100_000_000UL)]
    [DataRow(3UL)]
    public void ALengthThatTheFileDoesNotHaveAllocatesNothing(ulong length)
    {
        byte[] file = SafetensorsFile.Of("{}"u8.ToArray(), [], length);
        Assert.ThrowsExactly<LambCheckpointException>(() => Read(file));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsExactly<LambCheckpointException>(() => Read(file));
        Assert.IsLessThan(50_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void ANameThatNoFileCanHoldIsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Header(("a\ud800", TensorElement.F32, [1])));
        Assert.ThrowsExactly<ArgumentException>(() => Header(("__metadata__", TensorElement.F32, [1])));
        Assert.ThrowsExactly<ArgumentException>(
            () => Header(("a", TensorElement.F32, [1]), ("a", TensorElement.F32, [1])));
        Assert.ThrowsExactly<ArgumentException>(() => Header(("a", TensorElement.F32, [1L << 62])));
    }

    [TestMethod]
    public void WhatAFileHoldsIsShownShortAndOnOneLine()
    {
        string name = "a\r\n\u001b[31m\u2028" + new string('x', 1000);
        string message = Assert.ThrowsExactly<LambCheckpointException>(() => Read(SafetensorsFile.Of(
            $"{{\"{System.Text.Json.JsonEncodedText.Encode(name)}\":1}}", 0))).Message;
        Assert.IsFalse(message.Any(char.IsControl), message);
        Assert.IsLessThan(300, message.Length);
    }

    private static SafetensorsHeader Header(params (string, TensorElement, IReadOnlyList<long>)[] tensors) =>
        SafetensorsHeader.Create(tensors, new Dictionary<string, string>());

    private static void Read(byte[] file)
    {
        using var stream = new MemoryStream(file);
        SafetensorsHeader header = SafetensorsHeaderReader.Read(stream, Name);
        SafetensorsReader.Read(stream, header, Name, keeps: false, (_, _, _) => { }, _ => { });
    }

    private static byte[] Written()
    {
        var metadata = new Dictionary<string, string>
        {
            ["text"] = "x\n\"ß\"",
            [ContentChecksum.Key] = ContentChecksum.Placeholder,
        };
        using var stream = new MemoryStream();
        byte next = 0;
        SafetensorsWriter.Write(
            stream, SafetensorsHeader.Create(Tensors, metadata),
            (_, _, piece) =>
            {
                foreach (ref byte value in piece.Span)
                {
                    value = ++next;
                }
            },
            _ => { });
        return stream.ToArray();
    }
}
