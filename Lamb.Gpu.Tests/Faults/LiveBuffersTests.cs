using ILGPU.Runtime;
using Lamb.Gpu.Tests.Accelerators;

namespace Lamb.Gpu.Tests.Faults;

/// <summary>What tests count must be there and must be theirs.</summary>
[TestClass]
public class LiveBuffersTests
{
    // ILGPU tidies its list after every 4096 that are new.
    private const int Fleeting = 40_000;
    private const int Held = 1500;

    [TestMethod]
    public void EveryBufferIsCountedWhileTheListIsTidied()
    {
        using TestDevice device = TestDevice.OpenAlone("cpu");
        int before = LiveBuffers.On(device.Accelerator);
        MemoryBuffer[] buffers = [.. Enumerable.Range(0, Held).Select(_ => Buffer(device))];
        int held = LiveBuffers.On(device.Accelerator);
        var others = Task.Factory.StartNew(
            () => Array.ForEach(new int[Fleeting], _ => Buffer(device).Dispose()), TaskCreationOptions.LongRunning);
        var counts = new List<int>();
        while (!others.IsCompleted)
        {
            counts.Add(LiveBuffers.On(device.Accelerator));

            // A lock is not fair: without a pause the others, who need it for each buffer, may get nowhere for minutes.
            Thread.Sleep(1);
        }

        // A buffer is one object of ILGPU's or two, and one at a time is fleeting.
        others.Wait();
        Assert.IsGreaterThan(Fleeting / 4096, counts.Count, "more often than the list is tidied");
        Assert.IsGreaterThanOrEqualTo(held, counts.Min());
        Assert.IsLessThanOrEqualTo(held + 2, counts.Max());
        Array.ForEach(buffers, buffer => buffer.Dispose());
        Assert.AreEqual(before, LiveBuffers.On(device.Accelerator));
    }

    [TestMethod]
    [DynamicData(nameof(TestDevice.Rows), typeof(TestDevice))]
    public void ADeviceOfItsOwnHoldsNothingOfOthers(string row)
    {
        using MemoryBuffer other = Buffer(TestDevice.Open(row));
        using TestDevice device = TestDevice.OpenAlone(row);
        int before = LiveBuffers.On(device.Accelerator);
        using MemoryBuffer own = Buffer(device);
        Assert.IsGreaterThan(before, LiveBuffers.On(device.Accelerator));
        other.Dispose();
        own.Dispose();
        Assert.AreEqual(before, LiveBuffers.On(device.Accelerator));
    }

    private static MemoryBuffer Buffer(TestDevice device) => device.Accelerator.Allocate1D<float>(1);
}
