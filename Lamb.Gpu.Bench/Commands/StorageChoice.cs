using System.CommandLine;
using Lamb.Gpu.Bench.Train;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>The options <c>--storage</c> and <c>--weights</c>, and what they stand for.</summary>
internal static class StorageChoice
{
    private static readonly string[] Storages = ["float32", "bfloat16", "float16"];
    private static readonly string[] Weights = ["master", "nearest", "stochastic"];

    /// <summary>Makes the option for the storage.</summary>
    public static Option<string?> CreateStorageOption() => Create(
        "--storage", Storages, "How trained weights and gradients lie in memory; float32 by default.");

    /// <summary>Makes the option for weights of 16 bits.</summary>
    public static Option<string?> CreateWeightsOption() => Create(
        "--weights", Weights, "Weights of 16 bits: rounded from a float32 master copy (default), or alone, each step "
        + "rounded to the nearest or by chance.");

    /// <summary>Makes the option for the moments.</summary>
    public static Option<string?> CreateMomentsOption() => Create(
        "--moments", Storages[..2], "How both moments of the optimizer lie in memory; float32 by default.");

    /// <summary>Reads the value of the option for the moments.</summary>
    public static LambDataType MomentsOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "FLOAT32" => LambDataType.Float32,
        "BFLOAT16" => LambDataType.BFloat16,
        _ => throw new UsageException($"--moments must be float32 or bfloat16, was '{name}'."),
    };

    /// <summary>Reads the value of the option for the storage.</summary>
    public static LambDataType StorageOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "FLOAT32" => LambDataType.Float32,
        "BFLOAT16" => LambDataType.BFloat16,
        "FLOAT16" => LambDataType.Float16,
        _ => throw new UsageException($"--storage must be float32, bfloat16 or float16, was '{name}'."),
    };

    /// <summary>Reads the value of the option for weights of 16 bits.</summary>
    public static HalfWeights WeightsOf(string? name, LambDataType storage)
    {
        if (name != null && storage == LambDataType.Float32)
        {
            throw new UsageException("--weights is for 16 bits: add --storage bfloat16 or --storage float16.");
        }

        return name?.ToUpperInvariant() switch
        {
            null or "MASTER" => HalfWeights.Master,
            "NEAREST" => HalfWeights.Nearest,
            "STOCHASTIC" => HalfWeights.Stochastic,
            _ => throw new UsageException($"--weights must be master, nearest or stochastic, was '{name}'."),
        };
    }

    private static Option<string?> Create(string name, string[] values, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', values) };
        option.CompletionSources.Add(values);
        return option;
    }
}
