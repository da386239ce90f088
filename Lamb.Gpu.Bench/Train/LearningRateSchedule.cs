namespace Lamb.Gpu.Bench.Train;

/// <summary>Raises the learning rate over the first tenth of the steps, then lowers it along a cosine.</summary>
/// <param name="Peak">The highest rate.</param>
/// <param name="Steps">The number of steps.</param>
internal sealed record LearningRateSchedule(double Peak, int Steps)
{
    private const double Floor = 0.02;

    /// <summary>The rate of a step, counted from 1.</summary>
    public double At(int step)
    {
        double warmUp = Math.Max(1, Steps / 10.0);
        if (step <= warmUp)
        {
            return Peak * step / warmUp;
        }

        double done = (step - warmUp) / Math.Max(1, Steps - warmUp);
        return Peak * (Floor + (1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
