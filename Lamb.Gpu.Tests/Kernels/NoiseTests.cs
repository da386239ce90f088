using Lamb.Gpu.Kernels;
using Lamb.Gpu.Kernels.Formats;
using Lamb.Gpu.Kernels.Workers;
using Lamb.Gpu.Step;

namespace Lamb.Gpu.Tests.Kernels;

/// <summary>The chance of rounding: a draw of its own for every element, tensor and step.</summary>
[TestClass]
public class NoiseTests
{
    [TestMethod]
    public void EveryElementHasADrawOfItsOwnBeyondWhat32BitsCountToo()
    {
        long[] places = [0, 1, 2, 1L << 31, 1L << 32, (1L << 32) + 1, 1L << 33, 3L << 32];
        Assert.HasCount(places.Length, places.Select(place => Draw(new Noise(7, place))).Distinct());
    }

    [TestMethod]
    public void WeightsAndBothMomentsHaveDrawsOfTheirOwn()
    {
        Streams[] streams = [Streams.Weight, Streams.FirstMoment, Streams.SecondMoment];
        var k = new StepScalars { RoundingKey = 7 };
        Assert.HasCount(3, streams.Select(stream => Draw(StreamNoise.Of(stream, k, 5))).Distinct());
        var next = new StepScalars { RoundingKey = 8 };
        Assert.AreNotEqual(Draw(StreamNoise.Of(Streams.Weight, k, 5)), Draw(StreamNoise.Of(Streams.Weight, next, 5)));
    }

    private static uint Draw(Noise noise) => noise.At(new ScalarBits(0)).Value;
}
