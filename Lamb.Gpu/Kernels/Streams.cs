namespace Lamb.Gpu.Kernels;

/// <summary>The arrays that run beside each other through a step, one element a weight.</summary>
[Flags]
internal enum Streams
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>g, which belongs to the caller.</summary>
    Gradient = 1,

    /// <summary>w, which belongs to the caller.</summary>
    Weight = 2,

    /// <summary>m, optimizer state.</summary>
    FirstMoment = 4,

    /// <summary>v, optimizer state.</summary>
    SecondMoment = 8,

    /// <summary>a, the gradients accumulated so far, optimizer state.</summary>
    Accumulator = 16,

    /// <summary>w̄, the average of the weights, optimizer state.</summary>
    Average = 32,
}
