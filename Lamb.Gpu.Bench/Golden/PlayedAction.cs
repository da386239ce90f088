namespace Lamb.Gpu.Bench.Golden;

/// <summary>What an action did to a target.</summary>
/// <param name="LearningRate">The rate just before the action.</param>
/// <param name="Refusal">The exception by which the target refused it, or null.</param>
internal sealed record PlayedAction(
    string Op, double LearningRate, Exception? Refusal, TargetSnapshot Before, TargetSnapshot After);
