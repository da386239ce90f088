namespace Lamb.Gpu.Options;

/// <summary>What must hold of options and the weights of variables together, before anything is allocated.</summary>
internal static class WeightChecks
{
    /// <summary>Throws where one of the rules is broken.</summary>
    public static void Throw(LambOptions options, IEnumerable<LambVariable> variables)
    {
        LambVariable[] constrained = [.. variables.Where(variable => variable.Constraint != null)];
        LambVariable[] halves = [.. variables.Where(variable => variable.WeightView.DataType != LambDataType.Float32)];
        RequireNoOtherWriter(options, constrained);
        RequireSingles(constrained);
        RequireMasters(options, halves);
        RequireRounding(options, halves);
    }

    private static void RequireNoOtherWriter(LambOptions options, LambVariable[] constrained)
    {
        if (options.WeightAccess != LambWeightAccess.Shared && constrained.Length > 0)
        {
            throw new ArgumentException(
                $"WeightAccess must be Shared where a variable has a constraint, which writes its weights; was "
                + $"{options.WeightAccess}, and there are constraints on: "
                + $"{LambVariable.NamesOf(constrained)}. Make the optimizer with WeightAccess = Shared, or the "
                + "variables without constraints.");
        }
    }

    private static void RequireSingles(LambVariable[] constrained)
    {
        if (Array.Find(constrained, variable => variable.WeightView.DataType != LambDataType.Float32) is { } half)
        {
            throw new ArgumentException(
                $"Weights with a constraint must be Float32, those of '{half.Name}' are {half.WeightView.DataType}: "
                + "constraints are computed on the weights themselves. Make them with WeightDataType = Float32, or "
                + "without a constraint.");
        }
    }

    private static void RequireMasters(LambOptions options, LambVariable[] halves)
    {
        if (halves.Length > 0 && !options.MasterWeights && options.WeightAccess != LambWeightAccess.Shared)
        {
            throw new ArgumentException(
                "WeightAccess must be Shared where weights of 16 bits have no master copy; was "
                + $"{options.WeightAccess}, and those of '{halves[0].Name}' are {halves[0].WeightView.DataType}: what "
                + "a step knows of them is what they were before they were rounded. Set "
                + "MasterWeights, or take Shared.");
        }
    }

    private static void RequireRounding(LambOptions options, LambVariable[] halves)
    {
        if (options.WeightRounding == LambRounding.Stochastic && halves.Length == 0)
        {
            throw new ArgumentException(
                "WeightRounding must be Nearest where all weights are Float32, which are not rounded; was Stochastic. "
                + "Leave it out, or make the variables with weights of 16 bits.");
        }
    }
}
