using System.Xml.Linq;
using Lamb.Gpu.Bench.Reports;
using Lamb.Gpu.Bench.Roofline;

namespace Lamb.Gpu.Tests.Bench;

/// <summary>The page of the verb <c>roofline</c>, from rows that nobody had to measure.</summary>
[TestClass]
public sealed class RooflineReportTests
{
    [TestMethod]
    public void WhatGrowsIsDrawnAsThreeLines()
    {
        XElement[] pictures = Pictures(Section(GrowthAxis.Parameters), Section(GrowthAxis.Variables));
        Assert.HasCount(2, pictures);
        foreach (XElement picture in pictures)
        {
            XElement[] lines = [.. picture.Elements("polyline")];
            Assert.HasCount(3, lines);
            Assert.IsTrue(lines.All(line => line.Attribute("points")!.Value.Split(' ').Length == 2));
        }
    }

    [TestMethod]
    public void EveryShapeIsABarBetweenTwoRoofs()
    {
        XElement picture = Pictures(Section(null)).Single();
        Assert.HasCount(2, picture.Elements("rect").Where(bar => bar.Attribute("fill-opacity") != null));
        Assert.HasCount(4, picture.Elements("line").Where(roof => roof.Attribute("stroke-width")?.Value == "3"));
    }

    [TestMethod]
    public void ASectionWithoutResultsIsLeftOut() => Assert.IsEmpty(Pictures(Section(null) with { Rows = [] }));

    private static RooflineSection Section(GrowthAxis? growth) =>
        new("A title", []) { Growth = growth, Rows = [Row(1_000_000, 1), Row(9_000_000, 30)] };

    private static RooflineRow Row(long parameters, int variables) => new()
    {
        Shape = $"parameters-{parameters}",
        Options = "plain",
        Parameters = parameters,
        Variables = variables,
        BytesPerParameter = 40,
        Milliseconds = parameters * 4e-6,
        TwinMilliseconds = parameters * 3e-6,
        CopyMilliseconds = parameters * 2e-6,
        Launches = 3,
        TwinLaunches = 3,
        AllocatedBytesPerStep = 0,
        TwinAllocatedBytesPerStep = 0,
        Device = "cpu",
        DeviceName = "a device",
    };

    private static XElement[] Pictures(params RooflineSection[] sections) =>
    [
        .. RooflineReport.Render(StepKind.All[0], sections)
            .Split("<svg")
            .Skip(1)
            .Select(rest => XElement.Parse("<svg" + rest.Split("</svg>")[0] + "</svg>")),
    ];
}
