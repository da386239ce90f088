using System.Runtime;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>What an optimizer takes of the process that it is in.</summary>
[TestClass]
public class ProcessTests
{
    public static IEnumerable<object[]> Rows =>
        TestDevice.Rows.Where(row => row[0] is "cpu" or "cpu-groups" or "opencl");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void OptimizersThatAreGoneLeaveNoCompiledMethods(string row)
    {
        _ = TestDevice.Open(row);
        Alone.Run(TestContext, row, () =>
        {
            TestDevice device = TestDevice.Open(row);
            using LambVariables variables = LambVariables.Allocate(
                device.Accelerator, new LambVariableSpec("a", [100]) { Constraint = new MaxNormConstraint() });
            var options = new LambOptions { DynamicLossScale = new(), UseEma = true };
            Use(device, variables, options, 5);
            long before = JitInfo.GetCompiledMethodCount();
            Use(device, variables, options, device.IsSimulated ? Thorough.Choose(10, 50) : 50);
            Assert.IsLessThan(10, JitInfo.GetCompiledMethodCount() - before, "methods after so many optimizers");
        });
    }

    [TestMethod]
    public void AFullThreadPoolHoldsNothingUp()
    {
        Alone.Run(TestContext, "cpu", () =>
        {
            // Not disposed of: what is queued may begin to wait for it as late as it likes.
            var end = new ManualResetEventSlim();
            ThreadPool.GetMinThreads(out int workers, out int ports);
            Assert.IsTrue(ThreadPool.SetMaxThreads(workers, ports));
            for (int item = 0; item < 4 * workers; item++)
            {
                ThreadPool.QueueUserWorkItem(_ => end.Wait());
            }

            var thread = new Thread(() =>
            {
                using var device = LambDevice.Open(LambDeviceKind.Cpu);
                using LambVariables variables = LambVariables.Allocate(
                    device.Accelerator, new LambVariableSpec("a", [100]) { Constraint = new MaxNormConstraint() });
                using var optimizer = new LambOptimizer(
                    variables, new LambOptions { DynamicLossScale = new(), UseEma = true });
                optimizer.Step();
                optimizer.FinalizeVariableValues();
                optimizer.SaveState();
            })
            { IsBackground = true };
            thread.Start();
            bool ended = thread.Join(TimeSpan.FromMinutes(2));
            end.Set();
            Assert.IsTrue(ended, "an optimizer is made, and steps, without a thread of the pool");
        });
    }

    private static void Use(TestDevice device, LambVariables variables, LambOptions options, int count)
    {
        for (int time = 0; time < count; time++)
        {
            using (LambOptimizer optimizer = device.Optimizer(variables, options))
            {
                optimizer.Step();
                optimizer.SaveState();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }
    }
}
