using System.Text;
using System.Text.RegularExpressions;
using Lamb.Gpu.Tests.Ptx;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>Renders and reads the assembled block of docs/ptx.md.</summary>
internal static partial class ResourcesDocument
{
    /// <summary>Where it is in the repository.</summary>
    public const string Path = "docs/ptx.md";

    /// <summary>The text with the block rendered anew.</summary>
    public static string Render(string text, Assembler assembler) => Block().Replace(
        text, block => $"{block.Groups["begin"].Value}\n{Table(assembler)}\n<!-- end -->");

    /// <summary>The release of CUDA that the block was made with.</summary>
    public static string VersionOf(string text) => Version().Match(Block().Match(text).Value).Value;

    /// <summary>The name of the kernel of each row, and what the row says of every architecture, column by
    /// column.</summary>
    public static IReadOnlyList<(string Kernel, string[][] Columns)> RowsOf(string text) =>
    [
        .. from Match row in Row().Matches(Block().Match(text).Value)
           select (row.Groups["name"].Value,
               row.Groups["cell"].Captures.Select(cell => cell.Value.Split('/', StringSplitOptions.TrimEntries))
                   .ToArray()),
    ];

    private static string Table(Assembler assembler)
    {
        string names = string.Join(" / ", Architecture.All.Select(architecture => architecture.Name));
        var text = new StringBuilder();
        text.Append($"Assembled by the ptxas of CUDA {assembler.Version} for compute capability {names}:\n\n");
        text.Append("| kernel | registers per lane | shared bytes per group | bytes spilled | occupancy % |\n");
        text.Append("|---|---|---|---|---|\n");
        foreach (ShippedKernel kernel in ShippedKernel.All)
        {
            (Architecture Architecture, KernelResources Resources)[] all = [.. Architecture.All.Select(
                architecture => (architecture, assembler.Assemble(PtxSource.Of(kernel, architecture))))];
            text.Append($"| `{kernel.Name}` ");
            text.Append($"| {string.Join(" / ", all.Select(each => each.Resources.Registers))} ");
            text.Append($"| {string.Join(" / ", all.Select(each => each.Resources.SharedBytes))} ");
            text.Append($"| {string.Join(" / ", all.Select(each => each.Resources.SpilledBytes))} ");
            text.Append($"| {string.Join(" / ", all.Select(each => each.Architecture.Occupancy(each.Resources)))} |\n");
        }

        return text.ToString().TrimEnd();
    }

    [GeneratedRegex(@"(?<begin><!-- assembled: ptxas -->)\n.*?<!-- end -->", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<=CUDA )\d+\.\d+")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|( (?<cell>[\d /]+) \|)+$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
