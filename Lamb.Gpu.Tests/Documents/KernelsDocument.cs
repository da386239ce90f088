using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Lamb.Gpu.Constraints;
using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Launch;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>Renders the marked blocks of kernels.md from what the kernels declare and document.</summary>
internal static partial class KernelsDocument
{
    private static readonly XDocument Documentation =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Lamb.Gpu.xml"), LoadOptions.PreserveWhitespace);

    private static readonly string?[] Namespaces =
        [typeof(ApplyKernel).Namespace, typeof(NormConstraintKernel).Namespace];

    /// <summary>Every kernel of the library.</summary>
    public static IEnumerable<Type> Kernels => typeof(ApplyKernel).Assembly.GetTypes()
        .Where(type => Namespaces.Contains(type.Namespace) && !type.IsInterface)
        .Where(type => NameOf(type).EndsWith("Kernel", StringComparison.Ordinal));

    /// <summary>The name of a kernel, without what it is generic over.</summary>
    public static string NameOf(Type kernel) => kernel.Name.Split('`')[0];

    /// <summary>The text with every block rendered anew.</summary>
    public static string Render(string text) => Block().Replace(
        text, block => $"{block.Groups["begin"].Value}\n{RenderBlock(block.Groups["name"].Value)}\n<!-- end -->");

    private static string RenderBlock(string name) => name switch
    {
        "tuning" => TuningTable(),
        "storage" => StorageTable.Render(),
        _ => Kernel(Kernels.Single(kernel => NameOf(kernel) == name)),
    };

    private static string Kernel(Type kernel)
    {
        XElement member = Documentation.Descendants("member")
            .Single(element => element.Attribute("name")!.Value == $"T:{kernel.FullName}");
        var text = new StringBuilder();
        text.Append(Sentence(member.Element("summary")!.Value)).Append("\n\n```text\n");
        text.AppendJoin('\n', Lines(member.Descendants("code").Single().Value)).Append("\n```\n");
        if (kernel.IsAssignableTo(typeof(ITileKernel)))
        {
            Type closed = Closed(kernel);
            var reads = (Streams)closed.GetProperty(nameof(ITileKernel.Reads))!.GetValue(null)!;
            var writes = (Streams)closed.GetProperty(nameof(ITileKernel.Writes))!.GetValue(null)!;
            text.Append("\n| reads | writes | bytes an element |\n|---|---|---|\n");
            text.Append($"| {Symbols(reads)} | {Symbols(writes)} | {Bytes(reads)} + {Bytes(writes)} |\n");
        }

        return text.ToString().TrimEnd();
    }

    // The gradient as it is, weights that anybody may write, the average behind the update, and a launch of its own.
    private static Type Closed(Type kernel) => !kernel.IsGenericTypeDefinition
        ? kernel
        : kernel.MakeGenericType([.. kernel.GetGenericArguments().Select(argument => argument.Name switch
        {
            "TGradient" => typeof(DirectGradient),
            "TWeights" => typeof(SharedWeights),
            _ => NameOf(kernel) == "AverageKernel" ? typeof(ApplyKernel) : typeof(Idle),
        })]);

    private static string TuningTable() => $"""
        | accelerator | a tile is the work of | elements a tile | lanes a group | groups a launch |
        |---|---|---|---|---|
        | CUDA, OpenCL | one group | {Tuning.GpuTileLength} | at most {GroupSums.MaxGroupSize} | one a tile |
        | OpenCL on a CPU | one lane | {Tuning.SingleLaneTileLength} | 1 | one a tile |
        | CPU | one thread, with vectors | {Tuning.CpuTileLength} | 1 | one a core |
        """.ReplaceLineEndings("\n");

    private static IEnumerable<string> Lines(string value) =>
        value.Trim('\n', '\r').Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);

    private static string Sentence(string value) => string.Join(' ', Lines(value));

    private static int Bytes(Streams streams) => sizeof(float) * Each(streams).Count();

    private static string Symbols(Streams streams) => string.Join(", ", Each(streams).Select(stream => stream switch
    {
        Streams.Gradient => "g",
        Streams.Weight => "w",
        Streams.FirstMoment => "m",
        Streams.SecondMoment => "v",
        Streams.Accumulator => "a",
        Streams.Average => "w̄",
        _ => throw new InvalidOperationException($"Stream {stream} has no symbol yet."),
    }));

    private static IEnumerable<Streams> Each(Streams streams) =>
        Enum.GetValues<Streams>().Where(stream => stream != Streams.None && streams.HasFlag(stream));

    [GeneratedRegex(@"(?<begin><!-- rendered: (?<name>\w+) -->)\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();
}
