namespace Lamb.Gpu.Bench.Roofline.Shapes;

/// <summary>Transformers, from their dimensions.</summary>
internal static class TransformerShapes
{
    /// <summary>BERT with its pooler (Devlin et al. 2018, arXiv:1810.04805): 4·width between the layers.</summary>
    public static ModelShape Bert(string name, int layers, long width)
    {
        IEnumerable<LambVariableSpec> Layer(int index) =>
        [
            .. Layers.Dense($"{index}/query", width, width),
            .. Layers.Dense($"{index}/key", width, width),
            .. Layers.Dense($"{index}/value", width, width),
            .. Layers.Dense($"{index}/attention", width, width),
            .. Layers.Normalization($"{index}/attention_norm", width),
            .. Layers.Dense($"{index}/up", width, 4 * width),
            .. Layers.Dense($"{index}/down", 4 * width, width),
            .. Layers.Normalization($"{index}/norm", width),
        ];

        return new ModelShape(name, [
            .. Layers.Embedding("words", 30522, width),
            .. Layers.Embedding("positions", 512, width),
            .. Layers.Embedding("segments", 2, width),
            .. Layers.Normalization("embedding_norm", width),
            .. Enumerable.Range(0, layers).SelectMany(Layer),
            .. Layers.Dense("pooler", width, width),
        ]);
    }

    /// <summary>GPT-2 (Radford et al. 2019), its output sharing the embedding of the words.</summary>
    public static ModelShape Gpt2(string name, int layers, long width)
    {
        IEnumerable<LambVariableSpec> Layer(int index) =>
        [
            .. Layers.Normalization($"{index}/attention_norm", width),
            .. Layers.Dense($"{index}/query_key_value", width, 3 * width),
            .. Layers.Dense($"{index}/attention", width, width),
            .. Layers.Normalization($"{index}/norm", width),
            .. Layers.Dense($"{index}/up", width, 4 * width),
            .. Layers.Dense($"{index}/down", 4 * width, width),
        ];

        return new ModelShape(name, [
            .. Layers.Embedding("words", 50257, width),
            .. Layers.Embedding("positions", 1024, width),
            .. Enumerable.Range(0, layers).SelectMany(Layer),
            .. Layers.Normalization("norm", width),
        ]);
    }
}
