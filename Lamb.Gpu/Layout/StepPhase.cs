namespace Lamb.Gpu.Layout;

/// <summary>What a call of Step does with the gradients.</summary>
internal enum StepPhase
{
    /// <summary>Nothing: one of them is not finite.</summary>
    Skip = 0,

    /// <summary>Stores them: the first micro-step of a window.</summary>
    Store = 1,

    /// <summary>Adds them to those of the window.</summary>
    Add = 2,

    /// <summary>Moves the weights.</summary>
    Update = 3,
}
