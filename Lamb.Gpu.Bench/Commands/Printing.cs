using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>How the verbs print: tables and numbers for people, one line of JSON for programs.</summary>
internal static class Printing
{
    // An error is infinite or NaN where a number is missing or too many.
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Makes an empty table.</summary>
    /// <param name="title">What stands above it, or null.</param>
    /// <param name="columns">Their names; one that begins with <c>&gt;</c> is for numbers, on the right.</param>
    public static Table TableOf(string? title, params IEnumerable<string> columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (string name in columns)
        {
            table.AddColumn(name[0] == '>' ? new TableColumn(name[1..]).RightAligned() : new TableColumn(name));
        }

        return title == null ? table : table.Title(title);
    }

    /// <summary>Adds a row of texts as they are, without markup.</summary>
    public static void AddTexts(this Table table, params IEnumerable<string> cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));

    /// <summary>A number under every culture alike; nothing where there is none.</summary>
    public static string Format(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A text under every culture alike.</summary>
    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Says on which device a run is.</summary>
    public static void PrintDevice(LambDevice device) =>
        AnsiConsole.WriteLine($"Device  {device.Kind}, {device.Accelerator.Name}");

    /// <summary>Writes a value as one line of JSON.</summary>
    public static void PrintJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Names));
}

/// <summary>Says how a run goes: the first time at once, then a line every few seconds.</summary>
/// <param name="json">Whether the output is for programs; the lines then go to stderr.</param>
internal sealed class ProgressLines(bool json)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly TextWriter target = json ? Console.Error : Console.Out;
    private readonly Stopwatch sinceLine = new();

    /// <summary>Says a line, unless another one is not old enough.</summary>
    public void Say(string line)
    {
        if (!sinceLine.IsRunning || sinceLine.Elapsed >= Interval)
        {
            SayNow(line);
        }
    }

    /// <summary>Says a line in any case.</summary>
    public void SayNow(string line)
    {
        sinceLine.Restart();
        target.WriteLine(line);
    }
}
