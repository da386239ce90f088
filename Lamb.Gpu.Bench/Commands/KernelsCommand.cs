using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The verb <c>kernels</c>: every kernel beside a copy of the same bytes, by BenchmarkDotNet.</summary>
internal static class KernelsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "What BenchmarkDotNet takes, such as --filter '*Moment*' --job short; "
                + "LAMB_DEVICE chooses the device.",
            DefaultValueFactory = _ => ["--filter", "*"],
        };
        var command = new Command("kernels", "Measures every kernel against a copy of the same bytes on the device.")
        {
            arguments,
        };
        command.SetAction(parsed =>
        {
            string[] given = parsed.GetValue(arguments)!;
            bool onlyAsks = given.Intersect(["--help", "--version", "--info", "--list"]).Any();
            var summaries = BenchmarkSwitcher.FromAssembly(typeof(KernelsCommand).Assembly).Run(given);

            // BenchmarkDotNet has said what it did not take.
            return onlyAsks || summaries.Any() ? 0 : 2;
        });
        return command;
    }
}
