namespace Lamb.Gpu.Bench.Golden.Model;

/// <summary>The arguments of exclude_from_weight_decay.</summary>
/// <param name="VarList">Indices of variables.</param>
/// <param name="VarNames">Regular expressions over their names.</param>
internal sealed record ExclusionArguments(
    IReadOnlyList<int>? VarList = null, IReadOnlyList<string>? VarNames = null);
