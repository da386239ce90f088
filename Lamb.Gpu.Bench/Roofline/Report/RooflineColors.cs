namespace Lamb.Gpu.Bench.Roofline.Report;

/// <summary>The colours of the pictures: Okabe and Ito's, which any kind of colour vision tells apart.</summary>
internal static class RooflineColors
{
    public const string Step = "#0072b2";
    public const string Twin = "#d55e00";
    public const string Copy = "#000000";
}
