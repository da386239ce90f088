using CsCheck;
using ILGPU.Runtime;
using Lamb.Gpu.Golden;
using Lamb.Gpu.Tests.Accelerators;
using Lamb.Gpu.Tests.Files;

namespace Lamb.Gpu.Tests.Laws;

/// <summary>What the library has written is there for whatever the caller launches next, on any stream.</summary>
/// <remarks>
/// On interpreted CUDA work is as late as streams allow, so a wait that is missing is seen in every run; on OpenCL and
/// on a GPU it may be.
/// </remarks>
[TestClass]
public class StreamLaws
{
    public static IEnumerable<object[]> Rows => TestDevice.Rows;

    public static IEnumerable<object[]> OpenedRows => TestDevice.OpenedRows;

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatIsAllocatedIsZeroedBeforeAnotherStreamWritesIt(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using AcceleratorStream own = device.Accelerator.CreateStream();
        foreach (LambDataType storage in Enum.GetValues<LambDataType>())
        {
            using var variables = LambVariables.Allocate(
                device.Accelerator,
                new LambVariableSpec("v", [100]) { WeightDataType = storage, GradientDataType = storage });
            float[] ones = [.. Enumerable.Repeat(1f, 100)];
            TypedView.Write(variables[0].WeightView, ones, own);
            TypedView.Write(variables[0].GradientView, ones, own);
            device.Accelerator.Synchronize();
            CollectionAssert.AreEqual(ones, TypedView.Read(variables[0].WeightView, own));
            CollectionAssert.AreEqual(ones, TypedView.Read(variables[0].GradientView, own));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ATrainingHasTheSameBitsOnAStreamOfItsOwn(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using AcceleratorStream own = device.Accelerator.CreateStream();

        // Other storage would compile kernels anew for each case, which takes seconds but on the CPU.
        (int cases, Gen<OptionCase> drawn) = row == "cpu" ? (20, OptionCase.Mixed) : (6, OptionCase.Any);
        RandomCases.Check(cases, drawn, played => CollectionAssert.AreEqual(
            Play(device, played, device.Accelerator.DefaultStream), Play(device, played, own)));
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void ASkippedFirstStepOnAStreamOfItsOwnChangesNothing(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using AcceleratorStream own = device.Accelerator.CreateStream();
        using var variables = LambVariables.Allocate(
            device.Accelerator,
            new LambVariableSpec("v", [300]) { Constraint = new MaxNormConstraint(0.1) },
            new LambVariableSpec("u", [7]));
        float[][] weights = [Values.Random(300, 1), Values.Random(7, 2)];
        Write(variables, weights, own);
        TypedView.Write(variables[1].GradientView, [.. Enumerable.Repeat(float.NaN, 7)], own);
        var options = new LambOptions { DynamicLossScale = new LambDynamicLossScale(), UseEma = true };
        using var optimizer = new LambOptimizer(variables, options, own, device.Tuning);
        optimizer.Step();
        CollectionAssert.AreEqual(weights[0].Bits(), TypedView.Read(variables[0].WeightView, own).Bits());
        CollectionAssert.AreEqual(weights[1].Bits(), TypedView.Read(variables[1].WeightView, own).Bits());
        Assert.AreEqual(0, optimizer.RawIterations);
    }

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void WhatACallHasWrittenIsThereForAnyOtherStream(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using AcceleratorStream own = device.Accelerator.CreateStream(), other = device.Accelerator.CreateStream();
        using var folder = new TestFolder();
        using LambVariables variables = device.Allocate(300, 7);
        Write(variables, [Values.Random(300, 1), Values.Random(7, 2)], own);
        var options = new LambOptions { UseEma = true, GradientAccumulationSteps = 2 };
        using var optimizer = new LambOptimizer(variables, options, own, device.Tuning);
        CollectionAssert.AreEqual(new float[300], Moment(), "made");
        StepOn(optimizer, variables, [Values.Random(300, 3), Values.Random(7, 4)], own);
        StepOn(optimizer, variables, [Values.Random(300, 5), null], own);
        IReadOnlyList<LambStateValue> saved = optimizer.SaveState();
        float[] moment = Moment();
        CollectionAssert.AreNotEqual(new float[300], moment, "saved");
        optimizer.SaveCheckpoint(folder["one"]);
        float[] weights = TypedView.Read(variables[0].WeightView, other);
        StepOn(optimizer, variables, [Values.Random(300, 6), Values.Random(7, 7)], own);
        StepOn(optimizer, variables, [null, Values.Random(7, 7)], own);
        optimizer.LoadState(saved);
        CollectionAssert.AreEqual(moment, Moment(), "state");
        StepOn(optimizer, variables, [Values.Random(300, 6), Values.Random(7, 7)], own);
        optimizer.LoadCheckpoint(folder["one"]);
        CollectionAssert.AreEqual(moment, Moment(), "checkpoint");
        CollectionAssert.AreEqual(weights, TypedView.Read(variables[0].WeightView, other), "weights");

        float[] Moment() => TypedView.Read(optimizer.FirstMoment(variables[0]), other);
    }

    /// <summary>Where a step waits, what was launched before is done, and another stream finds it.</summary>
    /// <remarks>Only the interpreter is sure to run nothing before a caller waits.</remarks>
    [TestMethod]
    [DynamicData(nameof(OpenedRows))]
    public void AStepWaitsForNothingWhateverHasChanged(string row)
    {
        TestDevice device = TestDevice.Open(row);
        using AcceleratorStream own = device.Accelerator.CreateStream(), other = device.Accelerator.CreateStream();
        using LambVariables variables = device.Allocate([.. Enumerable.Repeat(3L, 300)]);
        Write(variables, [.. Enumerable.Range(0, 300).Select(i => Values.Random(3, i))], own);
        var options = new LambOptions
        {
            WeightDecay = 0.1,
            DynamicLossScale = new LambDynamicLossScale { DynamicGrowthSteps = 1 },
        };
        using var optimizer = new LambOptimizer(variables, options, own, device.Tuning);
        foreach (LambVariable variable in variables)
        {
            TypedView.Write(variable.GradientView, [1, 1, 1], own);
        }

        float[] before = TypedView.Read(variables[0].WeightView, own);
        optimizer.Step();
        optimizer.Step([variables[1], variables[299]]);
        optimizer.Step([variables[2]]);
        if (row == "interpreted")
        {
            CollectionAssert.AreEqual(before, TypedView.Read(variables[0].WeightView, other), "somebody waited");
        }

        CollectionAssert.AreNotEqual(before, TypedView.Read(variables[0].WeightView, own), "nothing was launched");
        Assert.AreEqual(3, optimizer.RawIterations);
    }

    // Everything that a caller may call, with nothing but the stream of the optimizer waited for.
    private static long[] Play(TestDevice device, OptionCase played, AcceleratorStream stream)
    {
        using var folder = new TestFolder();
        using var variables = LambVariables.Allocate(device.Accelerator, [.. played.Specs]);
        Write(variables, [.. variables.Select((v, i) => Values.Random(v.Length, played.Seed - 1 - i))], stream);
        using var optimizer = new LambOptimizer(variables, played.Options, stream, device.Tuning);
        string file = folder["all.safetensors"];
        for (int call = 0; call < OptionCase.Calls; call++)
        {
            StepOn(optimizer, variables, played.Given(call), stream);
            switch (call)
            {
                case 2:
                    optimizer.SaveCheckpoint(file);
                    break;
                case 3:
                    optimizer.ExcludeFromWeightDecay([variables[0]]);
                    optimizer.NotifyWeightsChanged();
                    break;
                case 5 when played.Options.LearningRate.Schedule == null:
                    optimizer.LearningRate = 0.02;
                    break;
                case 6:
                    optimizer.FinalizeVariableValues();
                    break;
                case 7:
                    optimizer.LoadState(optimizer.SaveState());
                    break;
                case 8:
                    optimizer.LoadCheckpoint(file);
                    break;
            }
        }

        return
        [
            .. variables.SelectMany(v => TypedView.Read(v.WeightView, stream).Bits()).Select(bits => (long)bits),
            .. optimizer.SaveState().SelectMany(value => value.Values).Select(BitConverter.DoubleToInt64Bits),
            optimizer.RawIterations,
        ];
    }

    private static void Write(LambVariables variables, float[][] weights, AcceleratorStream stream)
    {
        foreach ((LambVariable variable, float[] values) in variables.Zip(weights))
        {
            TypedView.Write(variable.WeightView, values, stream);
        }
    }

    private static void StepOn(
        LambOptimizer optimizer, LambVariables variables, float[]?[] gradients, AcceleratorStream stream)
    {
        var missing = new List<LambVariable>();
        foreach ((LambVariable variable, float[]? gradient) in variables.Zip(gradients))
        {
            if (gradient == null)
            {
                missing.Add(variable);
            }
            else
            {
                TypedView.Write(variable.GradientView, gradient, stream);
            }
        }

        optimizer.Step(missing);
    }
}
