using System.Diagnostics;
using Lamb.Gpu.Bench.Train.Backend;

namespace Lamb.Gpu.Bench.Train;

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
    private readonly LearningRateSchedule schedule;
    private readonly Evaluator evaluator;
    private readonly StepClock clock;
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
        schedule = new LearningRateSchedule(settings.LearningRate, settings.Steps);
        evaluator = new Evaluator(network, text.Symbols, settings.Batch);
        clock = new StepClock(device.Accelerator);
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
            optimizer.LearningRate = schedule.At(step);
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
