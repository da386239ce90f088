using ILGPU.Runtime;
using Lamb.Gpu.Launch;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>An optimizer and all that is around it, in one of the states that a member can be called in.</summary>
internal sealed class ContractFixture : IDisposable
{
    private readonly LambDevice? owned;
    private readonly ManualResetEventSlim leave = new();
    private readonly TestFolder folder = new();
    private Thread? inside;
    private bool fails;

    /// <summary>Makes one; with copies of the files of another, or of its own where there is none.</summary>
    public ContractFixture(TestDevice device, bool isRich, ContractState state, ContractFixture? files = null)
    {
        owned = state == ContractState.AcceleratorGone ? LambDevice.Open(KindOf(device.Accelerator)) : null;
        Accelerator accelerator = owned?.Accelerator ?? device.Accelerator;
        LambDataType storage = isRich ? LambDataType.BFloat16 : LambDataType.Float32;
        Variables = LambVariables.Allocate(
            accelerator,
            new LambVariableSpec("a", [2, 3]) { WeightDataType = storage },
            new LambVariableSpec("b", [4]),
            new LambVariableSpec("empty", [0]));
        Stream = owned != null || state == ContractState.StreamDisposed ? accelerator.CreateStream() : device.OwnStream;
        Optimizer = new LambOptimizer(
            Variables, isRich ? Rich : new LambOptions(), Stream, device.Tuning, Faulty);
        Saved = Optimizer.SaveState();
        if (files == null)
        {
            Optimizer.SaveCheckpoint(GoodCheckpoint);
            Optimizer.SaveKerasState(GoodKeras);
        }
        else
        {
            File.Copy(files.GoodCheckpoint, GoodCheckpoint);
            File.Copy(files.GoodKeras, GoodKeras);
        }

        Enter(state);
    }

    public static LambOptions Rich => new()
    {
        DynamicLossScale = new(),
        UseEma = true,
        GradientAccumulationSteps = 2,
        LearningRate = new CosineDecay(0.1, 10),
        WeightDecay = 0.1,
        MomentDataType = LambDataType.BFloat16,
    };

    public LambVariables Variables { get; }

    public AcceleratorStream Stream { get; }

    public LambOptimizer Optimizer { get; }

    public IReadOnlyList<LambStateValue> Saved { get; }

    public string GoodCheckpoint => folder["good"];

    public string GoodKeras => folder["good.npz"];

    public string this[string name] => folder[name];

    public void Dispose()
    {
        leave.Set();
        inside?.Join();
        Optimizer.Dispose();
        Variables.Dispose();
        owned?.Dispose();
        leave.Dispose();
        folder.Dispose();
    }

    private void Enter(ContractState state)
    {
        switch (state)
        {
            case ContractState.Stepped:
                Optimizer.Step();
                break;
            case ContractState.Faulted:
                fails = true;
                Assert.ThrowsExactly<TimeoutException>(Optimizer.Step);
                fails = false;
                break;
            case ContractState.OtherThreadInside:
                GoInside();
                break;
            case ContractState.Disposed:
                Optimizer.Dispose();
                break;
            case ContractState.StreamDisposed:
                Stream.Dispose();
                break;
            case ContractState.VariablesDisposed:
                Variables.Dispose();
                break;
            case ContractState.AcceleratorGone:
                owned!.Dispose();
                break;
            default:
                break;
        }
    }

    private void GoInside()
    {
        using var isInside = new ManualResetEventSlim();
        var options = new LambCheckpointOptions { Progress = new Waiting(isInside, leave) };
        inside = new Thread(() => Save(options));
        inside.Start();
        isInside.Wait();
    }

    // A member that is tried may dispose of what is being saved.
    private void Save(LambCheckpointOptions options)
    {
        try
        {
            Optimizer.SaveCheckpoint(folder["inside"], options);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    private CompiledKernels Faulty(Accelerator accelerator, Tuning tuning, KernelForm form)
    {
        CompiledKernels good = WorkerChoice.For(accelerator, tuning, form);
        return good with
        {
            Apply = (stream, groups, views, k) =>
            {
                FailIfAsked();
                good.Apply(stream, groups, views, k);
            },
            Fused = (stream, groups, views, queue, k, launch) =>
            {
                FailIfAsked();
                good.Fused(stream, groups, views, queue, k, launch);
            },
            Decision = (stream, groups, views, k, history, slot) =>
            {
                FailIfAsked();
                good.Decision(stream, groups, views, k, history, slot);
            },
        };
    }

    private void FailIfAsked()
    {
        if (fails)
        {
            throw new TimeoutException("planted");
        }
    }

    private static LambDeviceKind KindOf(Accelerator accelerator) => accelerator.AcceleratorType switch
    {
        AcceleratorType.Cuda => LambDeviceKind.Cuda,
        AcceleratorType.OpenCL => LambDeviceKind.OpenCL,
        _ => LambDeviceKind.Cpu,
    };

    private sealed class Waiting(ManualResetEventSlim isInside, ManualResetEventSlim leave)
        : IProgress<LambCheckpointProgress>
    {
        public void Report(LambCheckpointProgress value)
        {
            isInside.Set();
            leave.Wait();
        }
    }
}
