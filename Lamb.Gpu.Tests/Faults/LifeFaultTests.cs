using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>What is disposed of too early, or by another thread, is an error and never a crash.</summary>
[TestClass]
public sealed class LifeFaultTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestFolder folder = new();

    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> OpenedRows => TestDevice.OpenedRows;

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void DisposingInTheMiddleOfAStepOfAnotherThreadLetsTheStepEnd(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using LambVariables variables = device.Allocate(100);
        variables.Fill(1);
        LambOptimizer? optimizer = null;
        MemoryBuffer? buffer = null;
        bool wasFreed = true;
        var options = new LambOptions
        {
            LearningRate = LambLearningRate.FromFunc(() =>
            {
                var other = new Thread(optimizer!.Dispose);
                other.Start();
                other.Join();
                wasFreed = buffer!.IsDisposed;
                return 0.1;
            }),
        };
        optimizer = device.Optimizer(variables, options);
        buffer = optimizer.FirstMomentView(variables[0]).Buffer;
        float before = variables[0].Weights.Read(device.Accelerator)[0];
        optimizer.Step();
        Assert.IsFalse(wasFreed, "nothing is freed under the step");
        Assert.IsTrue(buffer.IsDisposed, "the state is freed when the step ends");
        Assert.AreNotEqual(before, variables[0].Weights.Read(device.Accelerator)[0], "the step is taken");
        Assert.ThrowsExactly<ObjectDisposedException>(optimizer.Step);
        optimizer.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void DisposingFromWithinWhatTheOptimizerCallsFreesAtTheEnd(string row)
    {
        TestDevice device = TestDevice.Open(row);
        (string Name, Action<LambOptimizer, Action> Use)[] uses =
        [
            ("a constraint", (optimizer, _) => optimizer.Step()),
            ("progress of saving", (optimizer, dispose) => optimizer.SaveCheckpoint(folder["a"], Told(dispose))),
            ("progress of loading", (optimizer, dispose) => optimizer.LoadCheckpoint(folder["a"], Told(dispose))),
        ];
        foreach ((string name, Action<LambOptimizer, Action> use) in uses)
        {
            Action dispose = () => { };
            using LambVariables variables = LambVariables.Allocate(
                device.Accelerator,
                new LambVariableSpec("a", [10])
                {
                    Constraint = name == "a constraint" ? new Calling(() => dispose()) : null,
                });
            LambOptimizer optimizer = device.Optimizer(variables);
            MemoryBuffer buffer = optimizer.FirstMomentView(variables[0]).Buffer;
            dispose = () =>
            {
                optimizer.Dispose();
                Assert.IsFalse(buffer.IsDisposed, name);
            };
            use(optimizer, () => dispose());
            Assert.IsTrue(buffer.IsDisposed, name);
            Assert.ThrowsExactly<ObjectDisposedException>(optimizer.NotifyWeightsChanged, name);
        }

        using LambVariables others = LambVariables.Allocate(device.Accelerator, new LambVariableSpec("a", [10]));
        using LambOptimizer loading = device.Optimizer(others);
        loading.LoadCheckpoint(folder["a"]);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void DisposingAtAnyMomentEndsTheStepsOfAnotherThread(string row)
    {
        using TestDevice device = TestDevice.OpenAlone(row);
        using LambVariables variables = device.Allocate(device.IsSimulated ? 300 : 100_000);
        variables.Fill(1);
        for (int time = 0; time < (device.IsSimulated ? 3 : 20); time++)
        {
            int before = LiveBuffers.On(device.Accelerator);
            LambOptimizer optimizer = device.Optimizer(variables, new LambOptions { UseEma = true });
            Assert.IsGreaterThan(before, LiveBuffers.On(device.Accelerator), "the state is there");
            Exception? end = null;
            int taken = 0, wanted = time;
            var stepping = new Thread(() =>
            {
                while (end == null)
                {
                    end = Catch(optimizer.Step);
                    Interlocked.Increment(ref taken);
                }
            });
            stepping.Start();
            Assert.IsTrue(SpinWait.SpinUntil(() => Volatile.Read(ref taken) >= wanted, Patience), "steps are taken");
            optimizer.Dispose();
            stepping.Join();
            Assert.IsInstanceOfType<ObjectDisposedException>(end);
            Assert.AreEqual(before, LiveBuffers.On(device.Accelerator), "the state is freed");
        }
    }

    [TestMethod]
    [DynamicData(nameof(OpenedRows))]
    public void AnAcceleratorThatIsGoneIsSaidAndDisposingIsQuiet(string row)
    {
        TestDevice shared = TestDevice.Open(row);
        LambDevice device = LambDevice.Open(shared.Accelerator.AcceleratorType switch
        {
            AcceleratorType.Cuda => LambDeviceKind.Cuda,
            AcceleratorType.OpenCL => LambDeviceKind.OpenCL,
            _ => LambDeviceKind.Cpu,
        });
        LambVariables variables = LambVariables.Allocate(device.Accelerator, new LambVariableSpec("a", [10]));
        var optimizer = new LambOptimizer(variables, new LambOptions { DynamicLossScale = new() });
        optimizer.Step();
        optimizer.SaveCheckpoint(folder["a"]);
        IReadOnlyList<LambStateValue> saved = optimizer.SaveState();
        device.Dispose();
        Action[] uses =
        [
            optimizer.Step, optimizer.FinalizeVariableValues, () => optimizer.SaveState(),
            () => optimizer.LoadState(saved), () => optimizer.SaveCheckpoint(folder["b"]),
            () => optimizer.LoadCheckpoint(folder["a"]), () => _ = optimizer.RawIterations,
            () => optimizer.SaveKerasState(folder["b"]), () => optimizer.ReadTrustRatios(),
        ];
        foreach (Action use in uses)
        {
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "is disposed");
        }

        optimizer.Dispose();
        variables.Dispose();
        CollectionAssert.AreEqual(new[] { "a" }, folder.Files);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void AStreamThatIsGoneIsSaidAndDisposingFreesTheState(string row)
    {
        using TestDevice device = TestDevice.OpenAlone(row);
        using LambVariables variables = device.Allocate(10);
        AcceleratorStream stream = device.Accelerator.CreateStream();
        int before = LiveBuffers.On(device.Accelerator);
        var optimizer = new LambOptimizer(variables, null, stream, device.Tuning);
        optimizer.Step();
        stream.Dispose();
        foreach (Action use in new Action[] { optimizer.Step, () => optimizer.SaveState() })
        {
            StringAssert.StartsWith(
                Assert.ThrowsExactly<ObjectDisposedException>(use).Message,
                "The stream that the optimizer was made with has been disposed");
        }

        optimizer.Dispose();
        Assert.AreEqual(before, LiveBuffers.On(device.Accelerator));
    }

    private static LambCheckpointOptions Told(Action told) => new() { Progress = new Telling(told) };

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }

    private sealed class Telling(Action told) : IProgress<LambCheckpointProgress>
    {
        public void Report(LambCheckpointProgress value) => told();
    }

    private sealed class Calling(Action called) : LambConstraint
    {
        public override void Apply(AcceleratorStream stream, LambVariable variable) => called();
    }
}
