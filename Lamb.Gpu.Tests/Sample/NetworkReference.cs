using Lamb.Gpu.Sample;

namespace Lamb.Gpu.Tests.Sample;

/// <summary>The character network and its gradients in double, one row after the other.</summary>
internal sealed class NetworkReference(NetworkShape shape, IReadOnlyDictionary<string, double[]> weights)
{
    /// <summary>Gets the gradients of the mean loss, by the name of the variable.</summary>
    public IReadOnlyDictionary<string, double[]> Gradients { get; } =
        weights.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Length]);

    /// <summary>Adds the gradients of a row that is one of <paramref name="rows"/>; returns its part of the mean
    /// loss.</summary>
    public double AddRow(int[] text, int position, int rows)
    {
        int[] window = text[(position - shape.Window)..position];
        double[] inputs = [.. window.SelectMany(symbol => Embedding(symbol))];
        double[] first = Relu(Dense(inputs, "hidden1"));
        double[] second = Relu(Dense(first, "hidden2"));
        double[] logits = Dense(second, "output");
        double largest = logits.Max();
        double logSum = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
        int target = text[position];

        double[] change = [.. logits.Select(logit => Math.Exp(logit - logSum) / rows)];
        change[target] -= 1.0 / rows;
        change = MaskedBy(second, Back(second, change, "output"));
        change = MaskedBy(first, Back(first, change, "hidden2"));
        change = Back(inputs, change, "hidden1");
        for (int i = 0; i < change.Length; i++)
        {
            int symbol = window[i / shape.Embedding];
            Gradients["embedding"][(symbol * shape.Embedding) + (i % shape.Embedding)] += change[i];
        }

        return (logSum - logits[target]) / rows;
    }

    private static double[] Relu(double[] values) => [.. values.Select(value => Math.Max(0, value))];

    private static double[] MaskedBy(double[] activations, double[] change) =>
        [.. change.Zip(activations, (value, activation) => activation > 0 ? value : 0.0)];

    private double[] Embedding(int symbol) =>
        weights["embedding"][(symbol * shape.Embedding)..((symbol + 1) * shape.Embedding)];

    private double[] Dense(double[] inputs, string layer)
    {
        double[] outputs = [.. weights[$"{layer}/bias"]];
        double[] kernel = weights[$"{layer}/kernel"];
        for (int i = 0; i < inputs.Length; i++)
        {
            for (int j = 0; j < outputs.Length; j++)
            {
                outputs[j] += inputs[i] * kernel[(i * outputs.Length) + j];
            }
        }

        return outputs;
    }

    private double[] Back(double[] inputs, double[] change, string layer)
    {
        double[] kernel = weights[$"{layer}/kernel"];
        var back = new double[inputs.Length];
        for (int j = 0; j < change.Length; j++)
        {
            Gradients[$"{layer}/bias"][j] += change[j];
            for (int i = 0; i < inputs.Length; i++)
            {
                Gradients[$"{layer}/kernel"][(i * change.Length) + j] += inputs[i] * change[j];
                back[i] += change[j] * kernel[(i * change.Length) + j];
            }
        }

        return back;
    }
}
