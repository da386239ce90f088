namespace Lamb.Gpu.Kernels;

/// <summary>One element of every stream, or as many neighbours as a pack holds, in registers.</summary>
/// <typeparam name="TPack">The pack.</typeparam>
internal struct Element<TPack>
    where TPack : struct
{
    /// <summary>g.</summary>
    public TPack Gradient;

    /// <summary>w.</summary>
    public TPack Weight;

    /// <summary>m.</summary>
    public TPack FirstMoment;

    /// <summary>v.</summary>
    public TPack SecondMoment;

    /// <summary>a.</summary>
    public TPack Accumulator;

    /// <summary>w̄.</summary>
    public TPack Average;
}
