using System.Diagnostics;

namespace Lamb.Gpu.Bench.Commands;

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
