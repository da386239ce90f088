namespace Lamb.Gpu.Tests.Reference;

/// <summary>LAMB in double precision with every option of Keras: what the library is held against.</summary>
/// <remarks>
/// A step reads in the order of Keras. It is as plain as the equations and shares no code with the library, but for the
/// learning-rate schedules, which have their own tests.
/// </remarks>
internal sealed class LambReference(IEnumerable<ReferenceVariable> variables, ReferenceOptions options)
{
    private readonly bool accumulates = options.GradientAccumulationSteps > 0;
    private readonly long stepsPerUpdate = options.GradientAccumulationSteps is > 0 and var steps ? steps : 1;

    /// <summary>Gets the options.</summary>
    public ReferenceOptions Options => options;

    /// <summary>Gets the variables.</summary>
    public IReadOnlyList<ReferenceVariable> Variables { get; } = [.. variables];

    /// <summary>Gets w, a tensor a variable.</summary>
    public IReadOnlyList<double[]> Weights => [.. Variables.Select(variable => variable.Weights)];

    /// <summary>Gets m.</summary>
    public IReadOnlyList<double[]> FirstMoments => [.. Variables.Select(variable => variable.FirstMoment)];

    /// <summary>Gets v.</summary>
    public IReadOnlyList<double[]> SecondMoments => [.. Variables.Select(variable => variable.SecondMoment)];

    /// <summary>Gets or sets what η comes from.</summary>
    /// <exception cref="InvalidOperationException">A number takes the place of a schedule or a function.</exception>
    public LambLearningRate LearningRate
    {
        get;
        set => field = value.Number == null || field.Number != null
            ? value
            : throw new InvalidOperationException($"The learning rate is {field}; a number cannot take its place.");
    } = options.LearningRate;

    /// <summary>Gets or sets how many steps have been taken, those that only accumulated among them.</summary>
    public long RawIterations { get; set; }

    /// <summary>Gets how many updates have been made.</summary>
    public long Iterations => RawIterations / stepsPerUpdate;

    private bool IsUpdate => (RawIterations + 1) % stepsPerUpdate == 0;

    /// <summary>Takes one step.</summary>
    /// <param name="gradients">One tensor a variable, null where there is none.</param>
    /// <exception cref="ArgumentException">There is no gradient at all; nothing has changed.</exception>
    public void Step(IReadOnlyList<double[]?> gradients)
    {
        if (gradients.All(gradient => gradient == null))
        {
            throw new ArgumentException("No gradients provided for any variable.", nameof(gradients));
        }

        ILookup<bool, GivenGradient> given = Variables
            .Zip(gradients)
            .Where(pair => pair.Second != null)
            .Select(pair => new GivenGradient(pair.First, pair.Second!))
            .ToLookup(pair => pair.Variable.IsOverwritten);
        Overwrite(given[true]);
        Train([.. given[false].Select(Unscale)]);
        RawIterations++;
    }

    /// <summary>Writes the averages over the weights, where averages are kept.</summary>
    public void FinalizeVariables()
    {
        if (options.UseEma)
        {
            WriteAverages();
        }
    }

    private void Overwrite(IEnumerable<GivenGradient> given)
    {
        foreach ((ReferenceVariable variable, double[] gradient) in given)
        {
            if (!accumulates)
            {
                gradient.CopyTo(variable.Weights, 0);
                continue;
            }

            Elements.Change(variable.Accumulator, (largest, i) => Math.Max(gradient[i], largest));
            if (IsUpdate)
            {
                variable.Accumulator.CopyTo(variable.Weights, 0);
                Array.Clear(variable.Accumulator);
            }
        }
    }

    private GivenGradient Unscale(GivenGradient given) => options.LossScaleFactor is { } factor
        ? given with { Gradient = Elements.Map(given.Gradient, g => g / factor) }
        : given;

    private void Train(IReadOnlyList<GivenGradient> given)
    {
        if (given.Count == 0)
        {
            return;
        }

        if (IsUpdate)
        {
            Update(given);
        }
        else
        {
            Accumulate(given);
        }

        MoveAverages();
        foreach (ReferenceVariable variable in given.Select(pair => pair.Variable))
        {
            variable.Constraint?.Apply(variable);
        }
    }

    private static void Accumulate(IReadOnlyList<GivenGradient> given)
    {
        foreach ((ReferenceVariable variable, double[] gradient) in given)
        {
            Elements.Change(variable.Accumulator, (sum, i) => gradient[i] + sum);
        }
    }

    private void Update(IReadOnlyList<GivenGradient> given)
    {
        IReadOnlyList<double[]> gradients = GradientClip.Apply(options, [.. given.Select(Mean)]);
        if (options is { WeightDecay: { } decay, WeightDecayMode: LambWeightDecayMode.Decoupled })
        {
            foreach (ReferenceVariable variable in given.Select(pair => pair.Variable).Where(w => w.Decays))
            {
                LambEquations.Decay(variable.Weights, decay, LearningRate.At(RawIterations));
            }
        }

        double learningRate = LearningRate.At(RawIterations);
        for (int i = 0; i < given.Count; i++)
        {
            ReferenceVariable variable = given[i].Variable;
            double ofGradient = DecayOf(variable, LambWeightDecayMode.Gradient);
            double[] gradient = ofGradient == 0
                ? gradients[i]
                : Elements.Map(gradients[i], variable.Weights, (g, w) => g + ofGradient * w);
            LambEquations.AdvanceMoments(variable, gradient, options);
            double ofUpdate = DecayOf(variable, LambWeightDecayMode.Update);
            LambEquations.Move(variable, options, ofUpdate, learningRate, Adapts(variable), Iterations + 1);
        }

        // Also where the gradient is missing: what that variable had accumulated is lost, in Keras too.
        foreach (ReferenceVariable variable in Variables)
        {
            Array.Clear(variable.Accumulator);
        }
    }

    private double DecayOf(ReferenceVariable variable, LambWeightDecayMode mode) =>
        variable.Decays && options.WeightDecayMode == mode ? options.WeightDecay ?? 0 : 0;

    private bool Adapts(ReferenceVariable variable) =>
        variable.Adapts && (!options.OnlyDecayedAdapt || DecayOf(variable, options.WeightDecayMode) != 0);

    private double[] Mean(GivenGradient given) =>
        Elements.Map(given.Gradient, given.Variable.Accumulator, (g, sum) => (g + sum) / stepsPerUpdate);

    // On every step, those that only accumulate among them.
    private void MoveAverages()
    {
        if (!options.UseEma)
        {
            return;
        }

        double momentum = Iterations == 0 ? 0 : options.EmaMomentum;
        foreach (ReferenceVariable variable in Variables.Where(variable => !variable.IsOverwritten))
        {
            Elements.Change(variable.Average, (mean, i) => momentum * mean + (1 - momentum) * variable.Weights[i]);
        }

        if (options.EmaOverwriteFrequency is > 0 and var frequency && (Iterations + 1) % frequency == 0)
        {
            WriteAverages();
        }
    }

    private void WriteAverages()
    {
        foreach (ReferenceVariable variable in Variables.Where(variable => !variable.IsOverwritten))
        {
            variable.Average.CopyTo(variable.Weights, 0);
        }
    }

    private sealed record GivenGradient(ReferenceVariable Variable, double[] Gradient);
}
