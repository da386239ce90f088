namespace Lamb.Gpu.Tests.Contracts;

/// <summary>What has happened to an optimizer and to what it works on before a member is called.</summary>
internal enum ContractState
{
    /// <summary>Nothing.</summary>
    Fresh,

    /// <summary>A step.</summary>
    Stepped,

    /// <summary>A launch that failed in the middle of a step.</summary>
    Faulted,

    /// <summary>Another thread that has entered and not left.</summary>
    OtherThreadInside,

    /// <summary>The optimizer has been disposed.</summary>
    Disposed,

    /// <summary>The stream has been disposed.</summary>
    StreamDisposed,

    /// <summary>The variables have been disposed.</summary>
    VariablesDisposed,

    /// <summary>The device has been disposed, and with it the accelerator and all its buffers.</summary>
    AcceleratorGone,
}
