using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Checkpoints;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>A device that has no room is one clear error, and has as much room as before.</summary>
[TestClass]
public class AllocationFaultTests
{
    private static readonly LambOptions Narrow = new()
    {
        MomentDataType = LambDataType.BFloat16,
        UseEma = true,
        GradientAccumulationSteps = 2,
    };

    private static readonly LambVariableSpec[] Mixed =
    [
        new("a", [40]) { WeightDataType = LambDataType.BFloat16 },
        new("b", [5000]) { GradientDataType = LambDataType.Float16 },
        new("c", [0]),
    ];

    private static readonly LambVariableSpec[] Constrained =
        [new("a", [40]) { Constraint = new NonNegativeConstraint() }, new("b", [7]) { Constraint = new Nothing() }];

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhicheverAllocationOfAnOptimizerFailsNothingStays(string row)
    {
        using TestDevice device = TestDevice.OpenAlone(row);
        Check(new LambOptions(), Mixed);
        Check(Narrow, Mixed);
        Check(WornOptimizer.Everything, WornOptimizer.Specs);
        Check(WornOptimizer.Everything, Constrained);

        void Check(LambOptions options, IReadOnlyList<LambVariableSpec> specs)
        {
            using var variables = LambVariables.Allocate(device.Accelerator, specs);
            var asked = new Asked();
            Make(asked).Dispose();
            Assert.IsGreaterThan(10, asked.Count);
            int before = LiveBuffers.On(device.Accelerator);
            for (int fails = 0; fails < asked.Count; fails++)
            {
                var failing = new Asked(fails);
                var error = Assert.ThrowsExactly<InsufficientMemoryException>(() => Make(failing));
                AssertSays(error, device, asked, fails);
                Assert.AreEqual(before, LiveBuffers.On(device.Accelerator), asked.Names[fails]);
            }

            using LambOptimizer after = Make(new Asked());
            after.Step();
            Assert.IsGreaterThanOrEqualTo(
                before + asked.Count, LiveBuffers.On(device.Accelerator), "the count sees every buffer");

            LambOptimizer Make(Asked watch) => new(variables, options, null, device.Tuning, null, watch.Take);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhicheverAllocationOfVariablesFailsNothingStays(string row)
    {
        using TestDevice device = TestDevice.OpenAlone(row);
        var asked = new Asked();
        LambVariables.AllocateWatched(device.Accelerator, Mixed, asked.Take).Dispose();
        CollectionAssert.AreEqual(
            new[] { "the weights", "the weights", "the gradients", "the gradients" }, asked.Names.ToArray());
        int before = LiveBuffers.On(device.Accelerator);
        for (int fails = 0; fails < asked.Count; fails++)
        {
            var failing = new Asked(fails);
            var error = Assert.ThrowsExactly<InsufficientMemoryException>(
                () => LambVariables.AllocateWatched(device.Accelerator, Mixed, failing.Take));
            AssertSays(error, device, asked, fails);
            Assert.AreEqual(before, LiveBuffers.On(device.Accelerator));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void VariablesThatNoMachineHasRoomForAreRefusedByTheDeviceItself(string row)
    {
        using TestDevice device = TestDevice.OpenAlone(row);
        if (device.Accelerator.AcceleratorType != AcceleratorType.CPU)
        {
            Assert.Inconclusive("ILGPU lists a buffer of a driver before it is refused, and frees it at the end.");
        }

        int before = LiveBuffers.On(device.Accelerator);
        var error = Assert.ThrowsExactly<InsufficientMemoryException>(
            () => LambVariables.Allocate(device.Accelerator, new LambVariableSpec("huge", [1L << 42])));
        StringAssert.Contains(error.Message, "no room for the weights: 17592186044416 bytes, of 35184372088832 ");
        Assert.IsNotNull(error.InnerException);

        Assert.AreEqual(before, LiveBuffers.On(device.Accelerator));
        device.Allocate(10).Dispose();
    }

    // The last request of all that is alike tells the sum: what is for constraints is asked for apart.
    private static void AssertSays(InsufficientMemoryException error, TestDevice device, Asked asked, int fails)
    {
        bool isOfConstraint = asked.Names[fails].StartsWith("the weights of '", StringComparison.Ordinal);
        long sum = asked.Names.Zip(asked.Bytes)
            .Where(each => each.First.StartsWith("the weights of '", StringComparison.Ordinal) == isOfConstraint)
            .Sum(each => each.Second);
        StringAssert.StartsWith(
            error.Message,
            $"'{device.Accelerator.Name}' has no room for {asked.Names[fails]}: {asked.Bytes[fails]} bytes, of {sum} "
            + "that ");
        Assert.IsInstanceOfType<OutOfMemoryException>(error.InnerException);
    }

    private sealed class Asked(int fails = int.MaxValue)
    {
        public List<string> Names { get; } = [];

        public List<long> Bytes { get; } = [];

        public int Count => Names.Count;

        public void Take(string what, long bytes)
        {
            if (Count == fails)
            {
                throw new InsufficientMemoryException("planted");
            }

            Names.Add(what);
            Bytes.Add(bytes);
        }
    }

    private sealed class Nothing : LambConstraint
    {
        public override void Apply(ILGPU.Runtime.AcceleratorStream stream, LambVariable variable)
        {
        }
    }
}
