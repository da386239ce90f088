using System.Reflection;

namespace Lamb.Gpu.Tests.Ptx;

/// <summary>What is said of registers, stacks and occupancy can be told from nothing.</summary>
[TestClass]
public class AssemblerTests
{
    private static readonly Architecture Ampere = Architecture.All.Single(each => each.Name == "8.0");

    [TestMethod]
    public void AStackIsSeen()
    {
        MethodInfo entry = typeof(PlantedKernels).GetMethod(nameof(PlantedKernels.IndexesLocalMemory))!;
        var source = PtxSource.Of("Planted", entry, Ampere);
        Assert.AreEqual(16 * sizeof(float), Assembler.Find().Assemble(source).StackBytes);
    }

    [TestMethod]
    public void SpillsAreSeen()
    {
        var assembler = Assembler.Find();
        var source = PtxSource.Of(ShippedKernel.All.Single(kernel => kernel.Name.StartsWith("NormC")), Ampere);
        string few = source.Text.ReplaceLineEndings("\n").Replace(")\n{", ")\n.maxnreg 24\n{");
        Assert.IsGreaterThan(0, assembler.Assemble(source with { Text = few }).SpilledBytes);
    }

    [TestMethod]
    [DataRow("7.5", 64, 2048, 100, DisplayName = "as many registers as there are for all warps")]
    [DataRow("7.5", 65, 2048, 75, DisplayName = "a warp takes 256 registers at once")]
    [DataRow("8.0", 32, 0, 100, DisplayName = "no shared memory")]
    [DataRow("8.0", 33, 0, 75, DisplayName = "six groups in a multiprocessor")]
    [DataRow("9.0", 64, 0, 50, DisplayName = "registers for half of the warps")]
    [DataRow("9.0", 255, 0, 12, DisplayName = "registers for one group")]
    [DataRow("8.0", 16, 81 * 1024, 25, DisplayName = "shared memory for two groups, a kilobyte each reserved")]
    [DataRow("8.0", 16, 82 * 1024, 12, DisplayName = "shared memory for one group")]
    public void OccupancyIsThatOfNvidiasCalculator(string architecture, int registers, int shared, int percent) =>
        Assert.AreEqual(percent, Architecture.All.Single(each => each.Name == architecture)
            .Occupancy(new KernelResources(registers, shared, 0, 0)));
}
