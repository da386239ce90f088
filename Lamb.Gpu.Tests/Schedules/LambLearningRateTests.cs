namespace Lamb.Gpu.Tests.Schedules;

/// <summary>A learning rate from each of its three sources.</summary>
[TestClass]
public class LambLearningRateTests
{
    [TestMethod]
    public void ANumberIsTheRateOfEveryStep()
    {
        LambLearningRate rate = 0.5;
        Assert.AreEqual(0.5, rate.At(0));
        Assert.AreEqual(0.5, rate.At(7));
        Assert.AreEqual(0.5, rate.Number);
        Assert.IsNull(rate.Schedule);
        Assert.IsFalse(rate.IsCallable);
        Assert.AreEqual("0.5", rate.ToString());
    }

    [TestMethod]
    public void AScheduleIsAskedWithTheIterations()
    {
        var schedule = new Examples.Harmonic();
        LambLearningRate rate = schedule;
        Assert.AreEqual(0.25, rate.At(4));
        Assert.IsNull(rate.Number);
        Assert.AreSame(schedule, rate.Schedule);
        Assert.IsFalse(rate.IsCallable);
        Assert.AreEqual("Harmonic", rate.ToString());
    }

    [TestMethod]
    public void AFunctionIsCalledOnceARate()
    {
        int calls = 0;
        Func<double> function = () => 0.1 * ++calls;
        LambLearningRate rate = function;
        Assert.AreEqual(0.1, rate.At(9));
        Assert.AreEqual(0.2, rate.At(9));
        Assert.AreEqual(2, calls);
        Assert.IsNull(rate.Number);
        Assert.IsNull(rate.Schedule);
        Assert.IsTrue(rate.IsCallable);
        Assert.AreEqual("callable", rate.ToString());
    }

    [TestMethod]
    public void ARateThatIsNotFiniteIsRefused()
    {
        LambLearningRate schedule = new Examples.Harmonic();
        Assert.AreEqual(
            "The learning rate must be finite; Harmonic gave Infinity after 0 gradients. "
            + "Correct the schedule or the function.",
            Assert.ThrowsExactly<InvalidOperationException>(() => schedule.At(0)).Message);
        LambLearningRate function = LambLearningRate.FromFunc(() => double.NaN);
        Assert.ThrowsExactly<InvalidOperationException>(() => function.At(3));
    }

    [TestMethod]
    public void EqualSourcesMakeEqualRates()
    {
        Func<double> function = () => 1;
        LambLearningRate[] rates =
            [0.1, 0.2, new CosineDecay(0.1, 5), new CosineDecay(0.1, 6), function, LambLearningRate.FromFunc(() => 1)];
        LambLearningRate[] again =
            [0.1, 0.2, new CosineDecay(0.1, 5), new CosineDecay(0.1, 6), function, LambLearningRate.FromFunc(() => 1)];
        for (int i = 0; i < rates.Length; i++)
        {
            for (int j = 0; j < again.Length; j++)
            {
                bool same = i == j && i < rates.Length - 1;
                Assert.AreEqual(same, rates[i] == again[j], $"{rates[i]} and {again[j]}");
                Assert.AreEqual(!same, rates[i] != again[j]);
                Assert.AreEqual(same, rates[i].Equals((object)again[j]));
            }
        }

        Assert.AreEqual(rates[2].GetHashCode(), again[2].GetHashCode());
        Assert.AreEqual(default(LambLearningRate), (LambLearningRate)0.0);
    }

    [TestMethod]
    public void NothingIsNoSource()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => (LambLearningRate)(LearningRateSchedule)null!);
        Assert.ThrowsExactly<ArgumentNullException>(() => (LambLearningRate)(Func<double>)null!);
    }
}
