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

    /// <summary>The time of a step by its parameters.</summary>
    public double NanosecondsPerParameter => Milliseconds * 1e6 / Parameters;

    /// <summary>10⁹ bytes that a step moves in a second.</summary>
    public double GigabytesPerSecond => GigabytesPerSecondIn(Milliseconds);

    /// <summary>1 where a step is as fast as its bytes alone.</summary>
    public double FractionOfTwin => TwinMilliseconds / Milliseconds;

    /// <summary>1 where a step is as fast as a copy of as many bytes.</summary>
    public double FractionOfCopy => CopyMilliseconds / Milliseconds;

    /// <summary>What moving the bytes of a step in some time comes to.</summary>
    public double GigabytesPerSecondIn(double milliseconds) =>
        (double)Parameters * BytesPerParameter / milliseconds / 1e6;
}

/// <summary>Shapes that are shown together, and what they came to.</summary>
/// <param name="Title">What they show.</param>
/// <param name="Shapes">The shapes.</param>
internal sealed record RooflineSection(string Title, IReadOnlyList<ModelShape> Shapes)
{
    /// <summary>Gets what grows from shape to shape, or null where they are just different.</summary>
    public GrowthAxis? Growth { get; init; }

    /// <summary>Gets the results, without those that did not fit the memory.</summary>
    public IReadOnlyList<RooflineRow> Rows { get; init; } = [];
}

/// <summary>What grows from one shape to the next.</summary>
/// <param name="Label">Its name.</param>
/// <param name="ValueOf">How much of it a row has.</param>
internal sealed record GrowthAxis(string Label, Func<RooflineRow, double> ValueOf)
{
    /// <summary>Gets the parameters, by the million.</summary>
    public static GrowthAxis Parameters { get; } = new("million parameters", row => row.Parameters / 1e6);

    /// <summary>Gets the variables.</summary>
    public static GrowthAxis Variables { get; } = new("variables", row => row.Variables);
}
