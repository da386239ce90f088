using System.Text.Json;

namespace Lamb.Gpu.Tests.Schedules;

/// <summary>What Keras answered, as recorded in the side files of the golden data.</summary>
internal static class KerasRecords
{
    public static JsonElement[] ScheduleTables { get; } = Load("_schedule_tables.json", "rows");

    public static JsonElement[] Configs { get; } = Load("_configs.json", "cases");

    public static JsonElement[] Errors { get; } = Load("_errors.json", "cases");

    private static JsonElement[] Load(string file, string key)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "TestData", "golden", file);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty(key).Clone().EnumerateArray()];
    }
}
