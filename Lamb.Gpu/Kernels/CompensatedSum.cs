namespace Lamb.Gpu.Kernels;

/// <summary>A sum of floats that carries its rounding error along (Kahan 1965, "Further remarks").</summary>
internal struct CompensatedSum
{
    private float sum;
    private float lost;

    /// <summary>The sum; infinite or NaN where the plain sum is.</summary>
    public readonly float Value => sum;

    /// <summary>Adds <paramref name="value"/>.</summary>
    public void Add(float value)
    {
        float term = value - lost;
        float next = sum + term;
        float error = next - sum - term;

        // Infinity minus infinity: an overflowed sum has no error worth carrying, and must not become NaN.
        lost = error - error == 0 ? error : 0;
        sum = next;
    }
}
