namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Which accelerators the tests run on.</summary>
[TestClass]
public class TestDeviceTests
{
    public TestContext TestContext { get; set; } = null!;

    /// <summary>Stands for every test of a row that is missing: they do not appear at all.</summary>
    [TestMethod]
    public void TestsRunOnEveryRow()
    {
        foreach (string row in TestDevice.KernelRows.Select(row => (string)row[0]))
        {
            TestContext.WriteLine($"{row}: {TestDevice.Open(row).Accelerator.Name}");
        }

        string[] missing = [.. TestDevice.Missing];
        if (missing.Length > 0)
        {
            Assert.Inconclusive("No test runs on " + string.Join(" ", missing));
        }
    }
}
