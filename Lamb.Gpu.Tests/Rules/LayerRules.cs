using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Lamb.Gpu.Tests.Rules;

/// <summary>Folders are layers, and arrows between them run one way.</summary>
[TestClass]
public partial class LayerRules
{
    private const string Root = ".";

    // Each folder may use those above it that it names; the optimizer, in the root, uses all.
    private static readonly (string Folder, string[] Uses)[] Layers =
    [
        ("Arguments", []),
        ("Memory", []),
        ("Variables", ["Arguments", "Memory"]),
        ("Schedules", ["Arguments"]),
        ("Options", ["Arguments", "Schedules", "Variables"]),
        ("Configuration", ["Arguments", "Options", "Schedules", "Variables"]),
        ("Devices", []),
        ("Step", ["Options"]),
        ("Tiles", ["Memory", "Variables"]),
        ("State", ["Arguments", "Memory", "Options", "Step", "Tiles", "Variables"]),
        ("Kernels/Formats", []),
        ("Kernels/Packs", ["Kernels/Formats"]),
        ("Kernels", ["Kernels/Packs", "Step", "Tiles"]),
        ("Kernels/Workers", ["Kernels", "Kernels/Formats", "Kernels/Packs", "Step", "Tiles"]),
        ("Launch",
        [
            "Devices", "Kernels", "Kernels/Formats", "Kernels/Packs", "Kernels/Workers", "Options", "State", "Step",
            "Tiles", "Variables",
        ]),
        ("Constraints",
            ["Arguments", "Kernels", "Kernels/Packs", "Launch", "Memory", "State", "Step", "Variables"]),
        ("Files", []),
        ("Checkpoints", ["Configuration", "Files", "Options", "Schedules", "State", "Step", "Variables"]),
    ];

    private static readonly Lazy<Dictionary<string, string>> LazyFolders = new(FindFolders);

    [TestMethod]
    public void ArrowsRunOneWay()
    {
        string[] wrong =
        [
            .. from type in CodeReferences.Types
               let folder = FolderOf(type)
               where folder is not null and not Root
               from used in CodeReferences.TypesNamedBy(type)
               let other = FolderOf(used)
               where other != null && other != folder && !UsesOf(folder).Contains(other)
               select $"{type.FullName} ({folder}) uses {used.FullName} ({other})",
        ];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void AFolderUsesOnlyFoldersAboveIt()
    {
        var above = new HashSet<string>();
        foreach ((string folder, string[] uses) in Layers)
        {
            Assert.IsEmpty(uses.Except(above), $"{folder} comes before a folder that it uses");
            above.Add(folder);
        }
    }

    [TestMethod]
    public void AUsingRunsOneWayToo()
    {
        string[] wrong =
        [
            .. from arrow in Usings()
               where arrow.From != Root && !UsesOf(arrow.From).Contains(arrow.To)
               select $"{arrow.From} uses {arrow.To}",
        ];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void EveryArrowIsThere()
    {
        var found = from type in CodeReferences.Types
                    from used in CodeReferences.TypesNamedBy(type)
                    select (FolderOf(type), FolderOf(used));
        var arrows = found.Concat(Usings().Select(arrow => ((string?)arrow.From, (string?)arrow.To))).ToHashSet();
        string[] idle =
        [
            .. from layer in Layers
               from used in layer.Uses
               where !arrows.Contains((layer.Folder, used))
               select $"{layer.Folder} does not use {used}",
        ];
        Assert.IsEmpty(idle, string.Join(Environment.NewLine, idle));
    }

    [TestMethod]
    public void EveryFolderIsALayer() => CollectionAssert.AreEquivalent(
        Layers.Select(layer => layer.Folder).Append(Root).ToArray(), LazyFolders.Value.Values.Distinct().ToArray());

    [TestMethod]
    public void WhatIsPublicIsInTheRootNamespaceAndTheRestInThatOfItsFolder()
    {
        string[] wrong =
        [
            .. from type in CodeReferences.Types
               where !type.IsNested && !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
               let folder = FolderOf(type) == Root ? "" : "." + FolderOf(type)?.Replace('/', '.')
               where FolderOf(type) == null || type.Namespace != (type.IsPublic ? "Lamb.Gpu" : "Lamb.Gpu" + folder)
               select $"{type.FullName} is in {FolderOf(type)}",
        ];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void KernelsKnowNoAcceleratorAndNoStream()
    {
        string[] found =
        [
            .. from type in CodeReferences.Types
               where FolderOf(type)?.StartsWith("Kernels", StringComparison.Ordinal) == true
               from used in CodeReferences.TypesNamedBy(type)
               where used == typeof(ILGPU.Runtime.Accelerator) || used == typeof(ILGPU.Runtime.AcceleratorStream)
               select $"{type.FullName} uses {used.FullName}",
        ];
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
    }

    private static string[] UsesOf(string folder) => Array.Find(Layers, layer => layer.Folder == folder).Uses ?? [];

    private static string? FolderOf(Type type)
    {
        Type outermost = type;
        while (outermost.DeclaringType != null)
        {
            outermost = outermost.DeclaringType;
        }

        return outermost.Assembly == typeof(LambOptimizer).Assembly
            ? LazyFolders.Value.GetValueOrDefault(outermost.Name.Split('`')[0])
            : null;
    }

    private static IEnumerable<(string From, string To)> Usings() =>
        from path in Repository.Sources("Lamb.Gpu")
        from Match used in Using().Matches(Repository.Read(path))
        let folder = OfSource(path)
        let other = used.Groups["folder"].Value.Replace('.', '/')
        where other != folder
        select (folder, other);

    private static string OfSource(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetRelativePath("Lamb.Gpu", path))!.Replace('\\', '/');
        return folder.Length == 0 ? Root : folder;
    }

    // Folders are no part of a compiled type, and what is public has one namespace: the sources tell.
    private static Dictionary<string, string> FindFolders()
    {
        var folders = new Dictionary<string, string>();
        foreach (string path in Repository.Sources("Lamb.Gpu"))
        {
            foreach (Match declared in Declaration().Matches(Repository.Read(path)))
            {
                string name = declared.Groups["name"].Value, folder = OfSource(path);
                Assert.AreEqual(folder, folders.GetValueOrDefault(name, folder), $"{name} is in two folders");
                folders[name] = folder;
            }
        }

        return folders;
    }

    [GeneratedRegex(
        @"^(?:public|internal)(?: \w+)*? (?:class|struct|interface|enum|record|delegate \w+) (?:struct )?(?<name>\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^using Lamb\.Gpu\.(?<folder>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
