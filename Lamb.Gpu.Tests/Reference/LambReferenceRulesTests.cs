namespace Lamb.Gpu.Tests.Reference;

/// <summary>Rules of Keras that no trajectory would miss, from its source.</summary>
[TestClass]
public sealed class LambReferenceRulesTests
{
    [TestMethod]
    public void Averages_rest_when_only_overwritten_variables_have_gradients()
    {
        LambReference optimizer = Create(new ReferenceOptions { UseEma = true, EmaMomentum = 0.5 });
        optimizer.Step([[1], [1]]);
        double average = optimizer.Variables[0].Average[0];
        optimizer.Weights[0][0] = 7;
        optimizer.Step([null, [2]]);
        Assert.AreEqual(average, optimizer.Variables[0].Average[0]);
        Assert.AreEqual(2, optimizer.Iterations);
    }

    [TestMethod]
    public void Accumulators_outlive_an_update_when_only_overwritten_variables_have_gradients()
    {
        LambReference optimizer = Create(new ReferenceOptions { GradientAccumulationSteps = 2 });
        optimizer.Step([[3], [1]]);
        optimizer.Step([null, [2]]);
        Assert.AreEqual(3, optimizer.Variables[0].Accumulator[0]);
        Assert.AreEqual(0, optimizer.Variables[0].FirstMoment[0]);
        Assert.AreEqual(2, optimizer.Weights[1][0]);
    }

    [TestMethod]
    public void Overwritten_variable_without_a_gradient_at_the_update_loses_what_it_had()
    {
        LambReference optimizer = Create(new ReferenceOptions { GradientAccumulationSteps = 2 });
        optimizer.Step([[3], [4]]);
        optimizer.Step([[3], null]);
        Assert.AreEqual(1, optimizer.Weights[1][0]);
        Assert.AreEqual(0, optimizer.Variables[1].Accumulator[0]);
    }

    [TestMethod]
    public void Constraint_waits_for_a_gradient_and_not_for_an_update()
    {
        var options = new ReferenceOptions { GradientAccumulationSteps = 3, LearningRate = 0 };
        ReferenceVariable Negative() => new("w", [1], [-1])
        {
            Constraint = ReferenceConstraintTests.Read("NonNeg", "{}"),
        };
        var optimizer = new LambReference([Negative(), Negative()], options);
        optimizer.Step([null, [1]]);
        Assert.AreEqual(-1, optimizer.Weights[0][0]);
        Assert.AreEqual(0, optimizer.Weights[1][0]);
    }

    [TestMethod]
    public void Averages_written_before_the_first_step_are_zeros()
    {
        LambReference optimizer = Create(new ReferenceOptions { UseEma = true });
        optimizer.FinalizeVariables();
        Assert.AreEqual(0, optimizer.Weights[0][0]);
        Assert.AreEqual(1, optimizer.Weights[1][0]);
    }

    [TestMethod]
    public void Number_does_not_take_the_place_of_a_function()
    {
        LambReference optimizer = Create(new ReferenceOptions { LearningRate = LambLearningRate.FromFunc(() => 1) });
        Assert.ThrowsExactly<InvalidOperationException>(() => optimizer.LearningRate = 0.1);
    }

    private static LambReference Create(ReferenceOptions options) =>
        new([new("w", [1], [1]), new("scale", [1], [1]) { IsOverwritten = true }], options);
}
