using System.Globalization;

namespace Lamb.Gpu.Tests.Accelerators;

/// <summary>A culture that writes numbers as no file and no program may: with a comma for the point, a point between
/// thousands, and signs of its own.</summary>
/// <remarks>Made, not looked up: it is there where the machine knows no cultures.</remarks>
internal static class ForeignCulture
{
    private static readonly CultureInfo Culture = Make();

    /// <summary>Does something under it, on the calling thread alone.</summary>
    public static void Use(Action action)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Culture;
        try
        {
            action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.PositiveInfinitySymbol = "unendlich";
        culture.NumberFormat.NaNSymbol = "keine Zahl";
        return CultureInfo.ReadOnly(culture);
    }
}
