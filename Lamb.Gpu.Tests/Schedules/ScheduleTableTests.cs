using System.Globalization;
using System.Text.Json;
using Lamb.Gpu.Configuration;

namespace Lamb.Gpu.Tests.Schedules;

/// <summary>Every built-in schedule against the rates that Keras computed, in float64 and in float32.</summary>
[TestClass]
public class ScheduleTableTests
{
    // Two double evaluations differ by the last bits of pow and cos alone: a few units of the rate, and where
    // 1 + cos cancels one unit of the peak.
    private const double Float64Bound = 1e-14;
    private const double CancellationBound = 2.3e-16;

    // Keras rounds every term to float32, 6e-8 of it; the square root of a small 1 - p magnifies that up to 50 times.
    private const double Float32Bound = 3e-6;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Rows => KerasRecords.ScheduleTables.Select((_, row) => new object[] { row });

    public static string Name(System.Reflection.MethodInfo method, object[] data)
    {
        JsonElement schedule = KerasRecords.ScheduleTables[(int)data[0]].GetProperty("learning_rate");
        return $"{method.Name}: {ScheduleJson.Read(schedule)}";
    }

    [TestMethod]
    [DynamicData(nameof(Rows), DynamicDataDisplayName = nameof(Name))]
    public void RatesAreThoseOfKeras(int row)
    {
        JsonElement table = KerasRecords.ScheduleTables[row];
        LearningRateSchedule schedule = ScheduleJson.Read(table.GetProperty("learning_rate"));
        long[] steps = [.. table.GetProperty("steps").EnumerateArray().Select(step => step.GetInt64())];
        double[] float64 = [.. table.GetProperty("float64").EnumerateArray().Select(rate => rate.GetDouble())];
        double[] float32 = [.. table.GetProperty("float32").EnumerateArray().Select(rate => rate.GetDouble())];
        double peak = float64.Max(Math.Abs);
        double worst64 = 0;
        double worst32 = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            double rate = schedule.RateAt(steps[i]);
            double error64 = Math.Abs(rate - float64[i]);
            double bound64 = Math.Max(Float64Bound * Math.Abs(float64[i]), CancellationBound * peak);
            double error32 = Math.Abs(rate - float32[i]) / peak;
            Assert.IsTrue(error64 <= bound64, $"Step {steps[i]}: {rate:R}, Keras in float64 {float64[i]:R}.");
            Assert.IsTrue(error32 <= Float32Bound, $"Step {steps[i]}: {rate:R}, Keras in float32 {float32[i]:R}.");
            worst64 = Math.Max(worst64, error64 / peak);
            worst32 = Math.Max(worst32, error32);
        }

        TestContext.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{schedule}: worst {worst64:0.0e0} of the peak in float64, {worst32:0.0e0} in float32."));
    }

    [TestMethod]
    public void EveryScheduleHasATable()
    {
        string[] tabled = [.. KerasRecords.ScheduleTables
            .Select(table => table.GetProperty("learning_rate").GetProperty("class_name").GetString()!)
            .Distinct().Order()];
        string[] built = [.. typeof(LearningRateSchedule).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(LearningRateSchedule))).Select(type => type.Name).Order()];
        CollectionAssert.AreEqual(built, tabled);
    }
}
