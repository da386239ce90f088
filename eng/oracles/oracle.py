"""Inputs, JSON and check that the scripts of this folder share.

A script runs the update of one library over `INPUTS` and calls `record`, which compares every step with `Formula`,
our own LAMB in float64, and writes `Lamb.Gpu.Tests/Data/Oracles/<preset>-<case>.json`.
"""
import json
import math
import pathlib
import random

import numpy

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Lamb.Gpu.Tests" / "Data" / "Oracles"

KERAS = dict(
    learning_rate=0.001, weight_decay=None, beta_1=0.9, beta_2=0.999, epsilon=1e-7, global_clipnorm=None,
    weight_decay_mode="decoupled", trust_ratio_min=0.0, trust_ratio_max=math.inf, weight_norm_min=0.0,
    weight_norm_max=math.inf, trust_ratio_scope="all", gradient_averaging=True, bias_correction="update",
    normalize_gradients=False)
COUPLED = dict(KERAS, epsilon=1e-6, weight_decay_mode="update")
PRESETS = {
    "Keras": KERAS,
    "Paper": dict(COUPLED, weight_decay=0.01),
    "NvLamb": dict(COUPLED, weight_decay=0.01, normalize_gradients=True),
    "Apex": dict(COUPLED, weight_decay=0.01, global_clipnorm=1.0, trust_ratio_scope="decayed"),
    "DeepSpeed": dict(COUPLED, epsilon=1e-8, trust_ratio_min=0.01, trust_ratio_max=10.0,
                      bias_correction="learning_rate"),
    "Timm": dict(COUPLED, weight_decay=0.01, global_clipnorm=1.0, trust_ratio_scope="decayed"),
    "Optax": COUPLED,
    "TfAddons": COUPLED,
    "OnnxRuntime": dict(COUPLED, global_clipnorm=1.0),
}


class Variable:
    """A weight tensor, where it starts, and its gradient in every step."""

    def __init__(self, name, weights, gradients, undecayed=False, unadapted=False):
        self.name, self.weights, self.gradients = name, weights, gradients
        self.undecayed, self.unadapted = undecayed, unadapted


def dyadic(generator, shape, scale, bits=10):
    """Random multiples of 2^-bits: the same number as float32, float64 and decimal text."""
    values = [round(generator.gauss(0, scale) * 2**bits) / 2**bits for _ in range(math.prod(shape))]
    return numpy.array(values, numpy.float64).reshape(shape)


def mixed(seed, steps=10, loud=True, flat=False, undecayed=(), unadapted=()):
    """Tensors of usual sizes. Loud: the global norm of the gradients is above 1 in every other step, else in none."""
    generator = random.Random(seed)
    shapes = {"kernel": (3, 4), "bias": (5,), "gain": (1,), "table": (8, 5)}
    variables = []
    for name, shape in shapes.items():
        weights = dyadic(generator, [math.prod(shape)] if flat else shape, 0.5)
        scales = [1.0 if loud and step % 2 == 0 else 0.0625 for step in range(steps)]
        gradients = [dyadic(generator, weights.shape, scale) for scale in scales]
        variables.append(Variable(name, weights, gradients, name in undecayed, name in unadapted))
    return variables


def shouting(seed, steps=10, undecayed=()):
    """As mixed, with gradients whose global norm is above 1 in every step."""
    variables = mixed(seed, steps, undecayed=undecayed)
    generator = random.Random(seed + 1)
    for variable in variables:
        scales = [4.0 if step % 2 else 0.5 for step in range(steps)]
        variable.gradients = [dyadic(generator, variable.weights.shape, scale) for scale in scales]
    return variables


def edges(seed, steps=8, scale=1.0, silent=(), undecayed=()):
    """Tensors of zeros, gradients of zeros, a gradient that stops, one that starts late, and silent steps."""
    generator = random.Random(seed)
    zeros = numpy.zeros
    rows = [
        ("zero_weights", zeros(6), lambda step: dyadic(generator, (6,), scale)),
        ("zero_gradients", dyadic(generator, (4,), 0.5), lambda step: zeros(4)),
        ("zero_both", zeros(2), lambda step: zeros(2)),
        ("stops", dyadic(generator, (3,), 0.5), lambda step: dyadic(generator, (3,), scale) * (step < 3)),
        ("starts", dyadic(generator, (3,), 0.5), lambda step: dyadic(generator, (3,), scale) * (step >= 3)),
        ("one_element", dyadic(generator, (1,), 0.5), lambda step: dyadic(generator, (1,), scale)),
    ]
    return [Variable(name, weights, [gradient(step) * (step not in silent) + 0.0 for step in range(steps)],
                     name in undecayed)
            for name, weights, gradient in rows]


def extremes(seed, steps=8):
    """Weights so large and so small that ‖w‖/‖u‖ leaves [0.01, 10] at both ends, and some in between."""
    generator = random.Random(seed)
    rows = [("large", 64.0, 10), ("usual", 0.5, 10), ("small", 2.0**-11, 16), ("tiny", 2.0**-16, 20)]
    return [Variable(name, dyadic(generator, (7,), scale, bits),
                     [dyadic(generator, (7,), 0.5) for _ in range(steps)]) for name, scale, bits in rows]


class Formula:
    """LAMB in float64 with the options that the library names, for one run."""

    def __init__(self, options, variables, first=None, second=None):
        self.options, self.variables, self.step_count = options, variables, 0
        self.weights = [variable.weights.copy() for variable in variables]
        self.first = [value.copy() for value in first or map(numpy.zeros_like, self.weights)]
        self.second = [value.copy() for value in second or map(numpy.zeros_like, self.weights)]

    def step(self, gradients):
        self.step_count += 1
        norm = math.sqrt(sum(float(numpy.sum(gradient**2)) for gradient in gradients))
        limit = self.options["global_clipnorm"]
        factor = 1.0
        if self.options["normalize_gradients"]:
            factor = 1 / norm if norm > 0 else 1.0
        elif limit is not None and norm > limit:
            factor = limit / norm
        for index, gradient in enumerate(gradients):
            self.update(index, gradient * factor)
        return [weights.copy() for weights in self.weights]

    def update(self, index, gradient):
        o, variable, weights = self.options, self.variables[index], self.weights[index]
        decay = 0.0 if variable.undecayed else o["weight_decay"] or 0.0
        if o["weight_decay_mode"] == "decoupled":
            weights = weights * (1 - o["learning_rate"] * decay)
        if o["weight_decay_mode"] == "gradient":
            gradient = gradient + decay * weights
        share = 1 - o["beta_1"] if o["gradient_averaging"] else 1.0
        first = self.first[index] = o["beta_1"] * self.first[index] + share * gradient
        second = self.second[index] = o["beta_2"] * self.second[index] + (1 - o["beta_2"]) * gradient**2
        one, two = 1 - o["beta_1"]**self.step_count, 1 - o["beta_2"]**self.step_count
        rate = o["learning_rate"]
        if o["bias_correction"] == "update":
            first, second = first / one, second / two
        elif o["bias_correction"] == "learning_rate":
            rate *= math.sqrt(two) / one
        update = first / (numpy.sqrt(second) + o["epsilon"])
        if o["weight_decay_mode"] == "update":
            update = update + decay * weights
        adapted = not variable.unadapted and (o["trust_ratio_scope"] == "all" or decay != 0)
        self.weights[index] = weights - rate * (self.ratio(weights, update) if adapted else 1.0) * update

    def ratio(self, weights, update):
        o = self.options
        top = math.sqrt(float(numpy.sum(weights**2)))
        bottom = math.sqrt(float(numpy.sum(update**2)))
        if top == 0 or bottom == 0:
            return 1.0
        top = min(max(top, o["weight_norm_min"]), o["weight_norm_max"])
        return min(max(top / bottom, o["trust_ratio_min"]), o["trust_ratio_max"])


def options_of(preset, changes):
    unknown = set(changes) - set(KERAS)
    if unknown:
        raise SystemExit(f"No such option: {', '.join(sorted(unknown))}.")
    return {**PRESETS[preset], **changes}


def distance(found, expected, start):
    """The largest error over a tensor, relative to how far the tensor has moved."""
    error, moved = float(numpy.max(abs(found - expected))), float(numpy.max(abs(expected - start)))
    if math.isnan(error) or math.isnan(moved):
        return math.inf  # max() would drop a NaN.
    return error / moved if moved > 0 else (0.0 if error == 0 else math.inf)


def numbers(values, narrow=False):
    kind = numpy.float32 if narrow else numpy.float64
    return [float(numpy.format_float_positional(kind(value), unique=True)) if narrow else float(value)
            for value in numpy.asarray(values).ravel()]


def record(preset, case, source, changes, variables, runner, precision="float64", bound=1e-12, start=None):
    """Runs `runner` (its `step(gradients)` gives the weights, its `moments()` m and v), checks and writes a file."""
    first, second = start or (None, None)
    formula = Formula(options_of(preset, changes), variables, first, second)
    narrow = precision == "float32"
    steps, worst, worst_moment = [], 0.0, 0.0
    for step in range(len(variables[0].gradients)):
        gradients = [variable.gradients[step] for variable in variables]
        found = [numpy.array(value, numpy.float64) for value in runner.step([value.copy() for value in gradients])]
        expected = formula.step(gradients)
        for variable, mine, theirs in zip(variables, expected, found):
            worst = max(worst, distance(theirs.reshape(mine.shape), mine, variable.weights))
        steps.append({"gradients": [numbers(value, narrow) for value in gradients],
                      "weights": [numbers(value, narrow) for value in found]})
    moments = runner.moments()
    for key, theirs, mine in zip(("first_moments", "second_moments"), moments or (), (formula.first, formula.second)):
        steps[-1][key] = [numbers(value, narrow) for value in theirs]
        for found, expected in zip(theirs, mine):
            found = numpy.asarray(found, numpy.float64).reshape(expected.shape)
            worst_moment = max(worst_moment, distance(found, expected, numpy.zeros_like(expected)))
    demand_effect(preset, case, changes, variables, start)
    if not max(worst, worst_moment) <= bound:
        raise SystemExit(f"{preset}-{case}: {source}\n  differs from the formula: weights by {worst:.2g} of the way "
                         f"they moved, moments by {worst_moment:.2g}; the bound is {bound:.2g}. Nothing was written.")
    write(preset, case, source, precision, changes, variables, steps, start, narrow)
    print(f"{preset}-{case}: weights {worst:.1e}, moments {worst_moment:.1e}")


def demand_effect(preset, case, changes, variables, start):
    """Ends the script where an option of the case could be left out: such a case would test nothing."""
    def final(options):
        formula = Formula(options, variables, *(start or ()))
        for step in range(len(variables[0].gradients)):
            weights = formula.step([variable.gradients[step] for variable in variables])
        return weights
    full = final(options_of(preset, changes))
    for key in changes:
        less = final(options_of(preset, {name: value for name, value in changes.items() if name != key}))
        effect = max(map(distance, less, full, (variable.weights for variable in variables)))
        if changes[key] != PRESETS[preset][key] and effect < 1e-6:
            raise SystemExit(f"{preset}-{case}: without {key} the weights come out the same ({effect:.1e}).")


def write(preset, case, source, precision, changes, variables, steps, start, narrow):
    document = {"preset": preset, "source": source, "precision": precision, "options": changes}
    document["variables"] = [
        {"name": variable.name, "shape": list(variable.weights.shape),
         "excluded_from_weight_decay": variable.undecayed, "excluded_from_trust_ratio": variable.unadapted,
         "weights": numbers(variable.weights, narrow)} for variable in variables]
    if start:
        document["first_moments"] = [numbers(value, narrow) for value in start[0]]
        document["second_moments"] = [numbers(value, narrow) for value in start[1]]
    document["steps"] = steps
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = lines(document)
    if len(text) >= 60_000:
        raise SystemExit(f"{preset}-{case}: {len(text)} bytes; a file must stay below 60000. Take fewer steps.")
    (FOLDER / f"{preset}-{case}.json").write_text(text)


def lines(document):
    """JSON with a line a key, a variable and a step, so that a change shows as a readable difference."""
    parts = []
    for key, value in document.items():
        if key in ("variables", "steps"):
            rows = ",\n".join("    " + json.dumps(row, allow_nan=False) for row in value)
            parts.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value, allow_nan=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"
