namespace Lamb.Gpu.Kernels;

/// <summary>One element of every stream, or as many neighbours as a lane holds, in registers.</summary>
/// <typeparam name="TLane">The lane.</typeparam>
internal struct Element<TLane>
    where TLane : struct
{
    /// <summary>g.</summary>
    public TLane Gradient;

    /// <summary>w.</summary>
    public TLane Weight;

    /// <summary>m.</summary>
    public TLane FirstMoment;

    /// <summary>v.</summary>
    public TLane SecondMoment;

    /// <summary>a.</summary>
    public TLane Accumulator;

    /// <summary>w̄.</summary>
    public TLane Average;
}
