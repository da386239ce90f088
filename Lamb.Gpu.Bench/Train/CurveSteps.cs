namespace Lamb.Gpu.Bench.Train;

/// <summary>Chooses the steps after which the held-out text is looked at.</summary>
/// <remarks>
/// The first and the last, 50 at equal distances, and before those 1, 2, 5, 10, 20, 50 and so on, so that a long run
/// shows early where it goes: fewer than 130, however many steps there are.
/// </remarks>
internal static class CurveSteps
{
    private const int EqualParts = 50;

    /// <summary>Tells whether a step of a run is one of them.</summary>
    public static bool Has(int step, int steps)
    {
        int distance = Math.Max(1, steps / EqualParts);
        return step == steps || step % distance == 0 || (step < distance && IsRound(step));
    }

    private static bool IsRound(int step)
    {
        while (step % 10 == 0)
        {
            step /= 10;
        }

        return step is 1 or 2 or 5;
    }
}
