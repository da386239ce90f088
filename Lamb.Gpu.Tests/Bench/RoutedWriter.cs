using System.Text;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>Stands in for the console: what a test has asked for goes to the test, and the rest on to the
/// console.</summary>
/// <param name="rest">The console.</param>
internal sealed class RoutedWriter(TextWriter rest) : TextWriter
{
    private readonly AsyncLocal<TextWriter?> asked = new();

    public override Encoding Encoding => rest.Encoding;

    private TextWriter Target => asked.Value ?? rest;

    /// <summary>Routes what the calling thread, and what it starts, writes until the result is disposed of.</summary>
    public IDisposable To(TextWriter writer)
    {
        asked.Value = Synchronized(writer);
        return new Ending(this);
    }

    public override void Write(char value) => Target.Write(value);

    public override void Write(char[] buffer, int index, int count) => Target.Write(buffer, index, count);

    public override void Write(string? value) => Target.Write(value);

    public override void Flush() => Target.Flush();

    private sealed class Ending(RoutedWriter routed) : IDisposable
    {
        public void Dispose() => routed.asked.Value = null;
    }
}
