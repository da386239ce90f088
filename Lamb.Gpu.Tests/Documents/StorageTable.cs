using System.Text;
using Lamb.Gpu.Bench.Roofline;
using Lamb.Gpu.Tiles;

namespace Lamb.Gpu.Tests.Documents;

/// <summary>Renders the bytes of an update for every storage.</summary>
internal static class StorageTable
{
    private const LambDataType Single = LambDataType.Float32, Half = LambDataType.BFloat16;

    /// <summary>A row for each combination of 32 and 16 bits.</summary>
    public static string Render()
    {
        var text = new StringBuilder();
        text.Append("| weights | gradients | moments | `Shared` | `Exclusive` | state |\n|---|---|---|---|---|---|\n");
        foreach (LambDataType moments in new[] { Single, Half })
        {
            foreach ((string name, LambDataType weights, bool masters) in new[]
            {
                ("32", Single, true), ("16 and a master copy", Half, true), ("16", Half, false),
            })
            {
                foreach (LambDataType gradients in new[] { Single, Half })
                {
                    var options = new LambOptions { MasterWeights = masters, MomentDataType = moments };
                    var storage = new DataTypePair(weights, gradients);
                    int Bytes(LambWeightAccess access) =>
                        StepKind.OfUpdate("", options with { WeightAccess = access }, storage).BytesPerParameter;
                    int state = StepKind.OfUpdate("", options, storage).StateBytesPerParameter;
                    text.Append($"| {name} | {BitsOf(gradients)} | {BitsOf(moments)} ");
                    string own = weights == Single || masters ? $"{Bytes(LambWeightAccess.Exclusive)}" : "–";
                    text.Append($"| {Bytes(LambWeightAccess.Shared)} | {own} | {state} |\n");
                }
            }
        }

        return text.ToString().TrimEnd();
    }

    private static int BitsOf(LambDataType storage) => 8 * LambView.SizeOf(storage);
}
