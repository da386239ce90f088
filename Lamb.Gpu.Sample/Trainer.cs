using System.Diagnostics;

namespace Lamb.Gpu.Sample;

/// <summary>Trains a character network on a text with LAMB.</summary>
internal sealed class Trainer : IDisposable
{
    private const int StepsPerSample = 10;
    private const int CurveSample = 2048;
    private const double Smoothing = 0.6;

    private readonly LambDevice device;
    private readonly TrainingText text;
    private readonly TrainSettings settings;
    private readonly CharacterNetwork network;
    private readonly HalfVariables? halves;
    private readonly LambOptimizer optimizer;
    private readonly BatchSampler sampler;
    private readonly Evaluator evaluator;
    private readonly StepTimer clock;
    private readonly int[] curveSample;
    private readonly int[] positions;
    private readonly List<CurvePoint> curve = [];
    private readonly Stopwatch watch = new();
    private double? trainBits;
    private int step;

    /// <summary>Draws the first weights and compiles the kernels.</summary>
    public Trainer(LambDevice device, TrainingText text, TrainSettings settings)
    {
        this.device = device;
        this.text = text;
        this.settings = settings;
        var random = new Random(settings.Seed);
        var shape = new NetworkShape(text.Vocabulary.Count, settings.Window, settings.Embedding, settings.Hidden);
        BackendKernels kernels = BackendKernels.Compile(device.Accelerator);
        network = new CharacterNetwork(device.Accelerator, shape, settings.Batch, random, kernels);
        halves = settings.Storage == LambDataType.Float32
            ? null
            : new HalfVariables(network.Variables, settings.Storage, kernels);
        optimizer = new LambOptimizer(halves?.Variables ?? network.Variables, OptionsOf(settings));
        sampler = new BatchSampler(text.Split.TrainingTargets, random);
        evaluator = new Evaluator(network, text.Symbols, settings.Batch);
        clock = new StepTimer(device.Accelerator);
        curveSample = text.Split.HeldOutSample(CurveSample);
        positions = new int[settings.Batch];
    }

    /// <summary>The number of weights.</summary>
    public long Parameters => network.Variables.TotalLength;

    /// <summary>Takes all steps, or those until the token is cancelled, the first in any case, and measures what came
    /// of them.</summary>
    /// <exception cref="TrainingDivergedException">The loss is not finite any more.</exception>
    public TrainResult Run(Action<TrainProgress> report, CancellationToken cancellation)
    {
        watch.Start();
        while (step == 0 || (step < settings.Steps && !cancellation.IsCancellationRequested))
        {
            step++;
            TakeStep();
            if (CurveSteps.Has(step, settings.Steps))
            {
                RecordCurvePoint();
            }

            report(Progress());
        }

        device.Accelerator.Synchronize();
        watch.Stop();
        return Result();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        halves?.Dispose();
        network.Dispose();
    }

    // bfloat16 has the range of float32; the smallest gradients of float16 would be 0 without a loss scale.
    private static LambOptions OptionsOf(TrainSettings settings) => new()
    {
        LearningRate = ScheduleOf(settings),
        WeightDecay = settings.WeightDecay,
        MasterWeights = settings.Weights == HalfWeights.Master,
        WeightRounding =
            settings.Weights == HalfWeights.Stochastic ? LambRounding.Stochastic : LambRounding.Nearest,
        RoundingSeed = settings.Seed,
        MomentDataType = settings.Moments,
        DynamicLossScale = settings.Storage == LambDataType.Float16
            ? new LambDynamicLossScale { InitialScale = settings.LossScale }
            : null,
    };

    // Up over the first tenth of the steps, then down along a cosine. The first step counts as 0 and is not at rest.
    private static CosineDecay ScheduleOf(TrainSettings settings)
    {
        double rise = Math.Max(1, settings.Steps / 10.0);
        return new CosineDecay(
            settings.LearningRate / rise,
            decaySteps: Math.Max(1, settings.Steps - rise),
            alpha: 0.02,
            warmupTarget: settings.LearningRate,
            warmupSteps: rise - 1);
    }

    private void TakeStep()
    {
        if (step == 1 || step % StepsPerSample == 0)
        {
            clock.Measure(WriteGradients, optimizer.Step);
            SampleLoss();
        }
        else
        {
            WriteGradients();
            optimizer.Step();
        }

        halves?.WidenWeights();
    }

    private void WriteGradients()
    {
        sampler.Deal(positions);
        network.Load(Batch.FromText(text.Symbols, positions, network.Shape));
        network.Forward(optimizer.LossScale);
        network.Backward();
        halves?.NarrowGradients();
    }

    private void SampleLoss()
    {
        double bits = network.ReadLossSum() / settings.Batch / Math.Log(2);
        trainBits = Smoothing * (trainBits ?? bits) + (1 - Smoothing) * bits;
        if (!double.IsFinite(bits))
        {
            throw new TrainingDivergedException(step, bits);
        }
    }

    private void RecordCurvePoint() => curve.Add(new CurvePoint(
        step, trainBits!.Value, evaluator.BitsPerCharacter(curveSample), optimizer.ReadTrustRatios()));

    private TrainProgress Progress() => new(
        step,
        settings.Steps,
        trainBits!.Value,
        curve[^1].HeldOutBits,
        step / watch.Elapsed.TotalSeconds,
        clock.OptimizerShare);

    private TrainResult Result() => new()
    {
        Settings = settings,
        Text = text,
        Device = device.Kind.ToString().ToLowerInvariant(),
        DeviceName = device.Accelerator.Name,
        Parameters = Parameters,
        Steps = step,
        SkippedSteps = step - optimizer.Iterations,
        Seconds = watch.Elapsed.TotalSeconds,
        OptimizerShare = clock.OptimizerShare,
        HeldOutBits = evaluator.BitsPerCharacter(text.Split.HeldOutTargets),
        Curve = curve,
        TrustRatios = optimizer.ReadTrustRatios(),
        Sample = WriteSample(),
    };

    private string WriteSample()
    {
        int start = text.Split.HeldOutTargets[0];
        var generator = new TextGenerator(network, text.Vocabulary, new Random(settings.Seed));
        return generator.Continue(text.Symbols.AsSpan(start - settings.Window, settings.Window), 12, 500);
    }
}

/// <summary>Says where a run is.</summary>
/// <param name="Step">The steps done.</param>
/// <param name="Steps">The steps to do.</param>
/// <param name="TrainBits">Bits a character of the latest batches, smoothed.</param>
/// <param name="HeldOutBits">Bits a character of a sample of the held-out text, as last measured.</param>
/// <param name="StepsPerSecond">The speed since the start.</param>
/// <param name="OptimizerShare">The optimizer's share of the time of a step.</param>
internal sealed record TrainProgress(
    int Step, int Steps, double TrainBits, double HeldOutBits, double StepsPerSecond, double OptimizerShare)
{
    /// <summary>The loss in nats.</summary>
    public double Loss => TrainBits * Math.Log(2);
}

/// <summary>Says that the loss is not finite any more.</summary>
internal sealed class TrainingDivergedException(int step, double loss)
    : Exception($"Training has diverged: the loss is {loss} at step {step}. Try another --batch or --seed.");
