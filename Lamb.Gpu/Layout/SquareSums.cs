namespace Lamb.Gpu.Layout;

/// <summary>Σu² and Σw² of some elements.</summary>
/// <typeparam name="TLane">The lane that adds them: one sum for each of its places.</typeparam>
internal struct SquareSums<TLane>
    where TLane : struct
{
    /// <summary>Σu².</summary>
    public TLane Update;

    /// <summary>Σw², of the decayed weights.</summary>
    public TLane Weight;
}
