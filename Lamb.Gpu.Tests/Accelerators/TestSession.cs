[assembly: Parallelize(Scope = ExecutionScope.ClassLevel, Workers = 1)]

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>Closes the devices when the last test is done.</summary>
[TestClass]
public static class TestSession
{
    [AssemblyCleanup]
    public static void Close() => TestDevice.Close();
}
