using System.Runtime.InteropServices;

namespace Lamb.Gpu.Kernels;

/// <summary>What the norm of a slice is drawn to, each number rounded once from double.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NormLimits
{
    // keras.config.epsilon(), as Keras has it unless told otherwise.
    private const float Epsilon = 1e-7f;

    private float minimum;
    private float maximum;
    private float rate;
    private float rest;

    // Not the same as a rate of 1: nothing times an infinite norm is NaN.
    private int isPartial;

    /// <summary>Limits that a norm is drawn to in one go.</summary>
    public static NormLimits Strict(double minimum, double maximum) =>
        new() { minimum = (float)minimum, maximum = (float)maximum };

    /// <summary>Limits that a norm is drawn to by <paramref name="rate"/> of the way.</summary>
    public static NormLimits Partial(double minimum, double maximum, double rate) => new()
    {
        minimum = (float)minimum,
        maximum = (float)maximum,
        rate = (float)rate,
        rest = (float)(1 - rate),
        isPartial = 1,
    };

    /// <summary>What the weights of a slice of this norm are multiplied by; NaN where the norm is.</summary>
    public readonly float Factor(float norm)
    {
        float desired = norm < minimum ? minimum : norm > maximum ? maximum : norm;
        if (isPartial != 0)
        {
            desired = (rate * desired) + (rest * norm);
        }

        return desired / (Epsilon + norm);
    }
}
