using Lamb.Gpu.Tests.Golden.Model;

namespace Lamb.Gpu.Tests.Golden;

/// <summary>Names what a trajectory needs and the library does not have.</summary>
internal static class UnsupportedOptions
{
    /// <summary>Lists the options, by their Keras names; none where the trajectory can be played.</summary>
    public static IReadOnlyList<string> Of(Trajectory trajectory) =>
        [.. Checks(trajectory).Where(check => check.IsNeeded).Select(check => check.Option)];

    private static IEnumerable<(string Option, bool IsNeeded)> Checks(Trajectory trajectory)
    {
        yield return ("constraint", trajectory.Variables.Any(variable => variable.Constraint != null));
    }
}
