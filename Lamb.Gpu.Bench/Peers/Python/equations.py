"""The updates that peers are held against, in float64 and NumPy, one variant a function, and the case to play."""

from collections import namedtuple

import numpy

Settings = namedtuple("Settings", "rate beta1 beta2 epsilon decay")

# What is timed. The time of no peer depends on these numbers.
TIMED = Settings(rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-7, decay=0.01)

# What is checked: a large rate and decay, so that another place of the decay, or a norm taken before it, shows within
# a few steps.
CHECKED = Settings(rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-7, decay=1.0)

# Float32 alone is some 1e-7 off after the few steps of the case, and 1 - 0.999^t taken in float32, as Keras does, is
# 1.3e-5 off, half of which reaches the weights that began at zero. Another variant, or
# another epsilon, is off by 4e-4 and more.
TOLERANCE = 5e-5


def trust_ratio(weights, update):
    """The norm of the weights by that of the update, and 1 where either is zero."""
    weight_norm, update_norm = numpy.linalg.norm(weights), numpy.linalg.norm(update)
    return weight_norm / update_norm if weight_norm > 0 and update_norm > 0 else 1.0


def adam_direction(state, gradient, step, settings):
    """Advances the moments and returns their quotient, both corrected for the zeros that they began with."""
    state["m"] = settings.beta1 * state["m"] + (1 - settings.beta1) * gradient
    state["v"] = settings.beta2 * state["v"] + (1 - settings.beta2) * gradient**2
    first = state["m"] / (1 - settings.beta1**step)
    second = state["v"] / (1 - settings.beta2**step)
    return first / (numpy.sqrt(second) + settings.epsilon)


def keras(weights, state, gradient, step, settings):
    """keras.optimizers.Lamb: the weights decay first, outside of the trust ratio."""
    weights = weights - weights * settings.decay * settings.rate
    update = adam_direction(state, gradient, step, settings)
    return weights - settings.rate * trust_ratio(weights, update) * update


def coupled(weights, state, gradient, step, settings):
    """The paper, optax and apex: the decay is a part of the update, inside the trust ratio."""
    update = adam_direction(state, gradient, step, settings) + settings.decay * weights
    return weights - settings.rate * trust_ratio(weights, update) * update


def adamw(weights, state, gradient, step, settings):
    """torch.optim.AdamW: no trust ratio. Not LAMB; a yardstick."""
    weights = weights - weights * settings.decay * settings.rate
    return weights - settings.rate * adam_direction(state, gradient, step, settings)


VARIANTS = {"keras": keras, "coupled": coupled, "adamw": adamw}


class Case:
    """A few steps on a few small variables, in numbers that float32 holds."""

    # One begins at zero, where the ratio is 1 and the corrections show; the gradients of the last are small enough
    # for epsilon to show.
    shapes = [(7, 5), (6,), (1,), (2, 3, 4)]
    steps = 5

    def __init__(self):
        numbers = numpy.random.default_rng(7)

        def draw(shape):
            return numbers.standard_normal(shape).astype(numpy.float32)

        self.weights = [draw(shape) for shape in self.shapes]
        self.weights[1][:] = 0
        self.gradients = []
        for scale in (1.0, 30.0, 0.1, 2.0, 5.0):
            self.gradients.append([numpy.float32(scale) * draw(shape) for shape in self.shapes])
            self.gradients[-1][-1] *= numpy.float32(1e-6)

    def expected(self, variant):
        """The weights after the last step."""
        weights = [start.astype(numpy.float64) for start in self.weights]
        states = [{"m": numpy.zeros_like(start), "v": numpy.zeros_like(start)} for start in weights]
        for step, gradients in enumerate(self.gradients, 1):
            weights = [
                VARIANTS[variant](value, state, gradient.astype(numpy.float64), step, CHECKED)
                for value, state, gradient in zip(weights, states, gradients)
            ]
        return weights

    def error(self, found_weights, variant):
        """The largest difference from the expected weights, relative to the largest weight of a variable; NaN where
        there is one."""
        errors = [
            numpy.max(numpy.abs(found - expected)) / numpy.max(numpy.abs(expected))
            for found, expected in zip(found_weights, self.expected(variant))
        ]
        return float(numpy.max(errors))

    def to_json(self):
        """What another program needs to play the case as Keras's."""
        return {
            "settings": CHECKED._asdict(),
            "tolerance": TOLERANCE,
            "shapes": [list(shape) for shape in self.shapes],
            "weights": [value.ravel().tolist() for value in self.weights],
            "gradients": [[value.ravel().tolist() for value in step] for step in self.gradients],
            "expected": [value.ravel().tolist() for value in self.expected("keras")],
        }
