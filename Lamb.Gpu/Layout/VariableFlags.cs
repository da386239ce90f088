namespace Lamb.Gpu.Layout;

/// <summary>What a step does with a variable; one entry a variable on the device.</summary>
[Flags]
internal enum VariableFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Decoupled weight decay is on, and the variable is not excluded from it.</summary>
    Decays = 1,

    /// <summary>There is a gradient for it in this step.</summary>
    HasGradient = 2,

    /// <summary>Its gradient is its new value.</summary>
    Overwrite = 4,

    /// <summary>The trust ratio scales its step.</summary>
    Adapts = 8,

    /// <summary>Weight decay comes into its update.</summary>
    DecaysUpdate = 16,

    /// <summary>Weight decay comes into its gradient.</summary>
    DecaysGradient = 32,

    /// <summary>Weight decay is on, wherever it comes in.</summary>
    AnyDecay = Decays | DecaysUpdate | DecaysGradient,
}
