namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>What Keras raised.</summary>
internal sealed record KerasError(string Type, string Message);
