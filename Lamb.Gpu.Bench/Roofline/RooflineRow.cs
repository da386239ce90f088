namespace Lamb.Gpu.Bench.Roofline;

/// <summary>How far a step on one shape is from the memory of the machine.</summary>
internal sealed record RooflineRow
{
    /// <summary>The name of the shape.</summary>
    public required string Shape { get; init; }

    /// <summary>The name of the kind of step.</summary>
    public required string Options { get; init; }

    /// <summary>The elements of all variables.</summary>
    public required long Parameters { get; init; }

    /// <summary>The number of variables.</summary>
    public required int Variables { get; init; }

    /// <summary>The bytes that the kernels read and write of a parameter.</summary>
    public required int BytesPerParameter { get; init; }

    /// <summary>The time of a step.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>The time of its twin.</summary>
    public required double TwinMilliseconds { get; init; }

    /// <summary>The time of a copy of as many bytes.</summary>
    public required double CopyMilliseconds { get; init; }

    /// <summary>The kernels of a step.</summary>
    public required long Launches { get; init; }

    /// <summary>The kernels of its twin.</summary>
    public required long TwinLaunches { get; init; }

    /// <summary>The bytes on the managed heap of a step.</summary>
    public required long AllocatedBytesPerStep { get; init; }

    /// <summary>The bytes on the managed heap of its twin.</summary>
    public required long TwinAllocatedBytesPerStep { get; init; }

    /// <summary>The kind of device.</summary>
    public required string Device { get; init; }

    /// <summary>Its name.</summary>
    public required string DeviceName { get; init; }

    /// <summary>The bytes that the kernels of a step move.</summary>
    public double Bytes => (double)Parameters * BytesPerParameter;

    /// <summary>The time of a step by its parameters.</summary>
    public double NanosecondsPerParameter => Milliseconds * 1e6 / Parameters;

    /// <summary>10⁹ bytes that a step moves in a second.</summary>
    public double GigabytesPerSecond => GigabytesPerSecondIn(Milliseconds);

    /// <summary>1 where a step is as fast as its bytes alone.</summary>
    public double FractionOfTwin => TwinMilliseconds / Milliseconds;

    /// <summary>1 where a step is as fast as a copy of as many bytes.</summary>
    public double FractionOfCopy => CopyMilliseconds / Milliseconds;

    /// <summary>What moving the bytes of a step in some time comes to.</summary>
    public double GigabytesPerSecondIn(double milliseconds) => Bytes / milliseconds / 1e6;
}
