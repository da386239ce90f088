namespace Lamb.Gpu.Layout;

/// <summary>What a call of Step does with the average of the weights.</summary>
internal enum AverageMode
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Moves it towards the weights.</summary>
    Move = 1,

    /// <summary>Moves it, then writes it over the weights.</summary>
    MoveAndOverwrite = 2,
}
