using Lamb.Gpu.Bench.Kernels;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>Every benchmark of a kernel can be set up and launched.</summary>
[TestClass]
public class KernelBenchmarkTests
{
    public static IEnumerable<object[]> Kernels => KernelBenchmark.Kernels.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Kernels))]
    public void ItRunsBesideItsFloor(string kernel)
    {
        var benchmark = new KernelBenchmark { Kernel = kernel, Length = 1 << 12 };
        benchmark.Setup();
        benchmark.Copy();
        benchmark.Launch();
        benchmark.Cleanup();
    }
}
