using System.Text.Json;

namespace Lamb.Gpu.Tests.Reference;

/// <summary>A constraint of Keras on the weights, w, of a variable.</summary>
/// <remarks>
/// n is the norm along the axes, one for each place on the others; ε is 1e-7:
/// <code>
/// NonNeg      w ← max(w, 0)
/// UnitNorm    w ← w / (ε + n)
/// MaxNorm     w ← w·(min(n, max) / (ε + n))
/// MinMaxNorm  w ← w·((rate·clip(n, min, max) + (1 − rate)·n) / (ε + n))
/// </code>
/// </remarks>
internal sealed class ReferenceConstraint
{
    private const double Epsilon = 1e-7;

    private readonly Func<double, double, double> change;
    private readonly IReadOnlyList<int> axes;

    private ReferenceConstraint(IReadOnlyList<int> axes, Func<double, double, double> change)
    {
        this.axes = axes;
        this.change = change;
    }

    /// <summary>Reads a constraint; null where there is none.</summary>
    public static ReferenceConstraint? Read(JsonElement? constraint)
    {
        if (constraint is not { ValueKind: JsonValueKind.Object } element)
        {
            return null;
        }

        JsonElement config = element.GetProperty("config");
        double Number(string name) => config.GetProperty(name).GetDouble();
        return element.GetProperty("class_name").GetString() switch
        {
            "NonNeg" => new([], (w, _) => Math.Max(w, 0)),
            "UnitNorm" => new(Axes(config), (w, n) => w / (Epsilon + n)),
            "MaxNorm" => MaxNorm(Axes(config), Number("max_value")),
            "MinMaxNorm" => MinMaxNorm(Axes(config), Number("min_value"), Number("max_value"), Number("rate")),
            var other => throw new NotSupportedException($"The reference has no constraint {other}."),
        };
    }

    /// <summary>Makes the weights fulfil it.</summary>
    public void Apply(ReferenceVariable variable)
    {
        int[] groups = [.. Enumerable.Range(0, variable.Weights.Length).Select(i => GroupOf(i, variable.Shape))];
        Dictionary<int, double> norms = groups
            .Zip(variable.Weights)
            .GroupBy(pair => pair.First, pair => pair.Second)
            .ToDictionary(group => group.Key, Elements.Norm);
        Elements.Change(variable.Weights, (w, i) => change(w, norms[groups[i]]));
    }

    private static ReferenceConstraint MaxNorm(IReadOnlyList<int> axes, double max) =>
        new(axes, (w, n) => w * (Math.Min(n, max) / (Epsilon + n)));

    private static ReferenceConstraint MinMaxNorm(IReadOnlyList<int> axes, double min, double max, double rate) =>
        new(axes, (w, n) =>
            w * ((rate * Math.Min(Math.Max(n, min), max) + (1 - rate) * n) / (Epsilon + n)));

    private static int[] Axes(JsonElement config)
    {
        JsonElement axis = config.GetProperty("axis");
        return axis.ValueKind == JsonValueKind.Array
            ? [.. axis.EnumerateArray().Select(one => one.GetInt32())]
            : [axis.GetInt32()];
    }

    // The index of the first element that has the same place on all axes but those of the norm.
    private int GroupOf(int index, IReadOnlyList<long> shape)
    {
        int group = index;
        int stride = 1;
        for (int axis = shape.Count - 1; axis >= 0; axis--)
        {
            if (axes.Contains(axis) || axes.Contains(axis - shape.Count))
            {
                group -= index / stride % (int)shape[axis] * stride;
            }

            stride *= (int)shape[axis];
        }

        return group;
    }
}
