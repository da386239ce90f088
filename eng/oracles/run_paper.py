"""Algorithm 2 of the paper as others wrote it: LAMB of google/flax and of tinygrad/tinygrad, over numpy."""
import dataclasses
import types

import numpy
import oracle
from sources import take


class Definition:
    """What flax's LAMB asks of its base class."""

    def __init__(self, hyper_params):
        self.hyper_params = hyper_params


class FlaxRun:
    def __init__(self, variables, **arguments):
        scope = {"struct": types.SimpleNamespace(dataclass=dataclasses.dataclass), "OptimizerDef": Definition,
                 "jnp": numpy, "lax": types.SimpleNamespace(square=numpy.square), "onp": numpy}
        names = ["_LAMBHyperParams", "_LAMBParamState", "LAMB"]
        self.definition = take("flax", "flax/optim/lamb.py", names, scope)["LAMB"](**arguments)
        self.weights = [variable.weights for variable in variables]
        self.states = [self.definition.init_param_state(weights) for weights in self.weights]
        self.count = 0

    def step(self, gradients):
        rows = [self.definition.apply_param_gradient(self.count, self.definition.hyper_params, *row)
                for row in zip(self.weights, self.states, gradients)]
        self.weights, self.states = zip(*rows)
        self.count += 1
        return self.weights

    def moments(self):
        return [[state.grad_ema for state in self.states], [state.grad_sq_ema for state in self.states]]


class Tensor(numpy.ndarray):
    """What tinygrad's LAMB asks of a Tensor; doubles whatever it asks for."""

    @classmethod
    def ones(cls, shape, **_):
        return numpy.ones(shape).view(cls)

    @staticmethod
    def where(condition, yes, no):
        return numpy.where(condition, yes, no).view(Tensor)

    def contiguous(self):
        return self

    def detach(self):
        return self

    def cast(self, _):
        return self

    def square(self):
        return self * self

    def sqrt(self):
        return numpy.sqrt(self)

    def sum(self):
        return numpy.atleast_1d(numpy.sum(numpy.asarray(self))).view(Tensor)

    def assign(self, value):
        self[...] = value


class Optimizer:
    """What tinygrad's LAMB asks of its base class."""

    def __init__(self, params, lr, fused):
        self.params, self.lr, self.device = params, lr, None

    def _new_optim_param(self):
        return [numpy.zeros_like(parameter) for parameter in self.params]


class TinyRun:
    def __init__(self, variables, **arguments):
        scope = {"Optimizer": Optimizer, "Tensor": Tensor, "FUSE_OPTIM": 0,
                 "dtypes": types.SimpleNamespace(float32=None)}
        self.weights = [variable.weights.copy().view(Tensor) for variable in variables]
        self.optimizer = take("tinygrad", "tinygrad/nn/optim.py", ["LAMB"], scope)["LAMB"](self.weights, **arguments)

    def step(self, gradients):
        with numpy.errstate(invalid="ignore", divide="ignore"):
            found, _ = self.optimizer._step(self.weights, [gradient.view(Tensor) for gradient in gradients])
        self.weights = found
        return [numpy.array(weights) for weights in found]

    def moments(self):
        return [self.optimizer.m, self.optimizer.v]


WITH = ", run over numpy " + numpy.__version__ + " in float64; LAMB({})"
FLAX = "google/flax: flax/optim/lamb.py at 1fa3e474" + WITH
TINY = "tinygrad/tinygrad: tinygrad/nn/optim.py at 03a34416" + WITH


def play(kind, case, variables, **arguments):
    """Both libraries default to no weight decay, so that every file names the options in full."""
    source, rate = (FLAX, "learning_rate") if kind is FlaxRun else (TINY, "lr")
    first, second = ("beta1", "beta2") if kind is FlaxRun else ("b1", "b2")
    changes = {"learning_rate": arguments[rate], "weight_decay": arguments.get("weight_decay", 0.0),
               "beta_1": arguments.get(first, 0.9), "beta_2": arguments.get(second, 0.999),
               "epsilon": arguments.get("eps", 1e-6)}
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    oracle.record("Paper", case, source.format(text), changes, variables, kind(variables, **arguments))


# Flax has the ratio 0 for weights of zeros, where the others have 1, so that its files start from no zeros.
play(FlaxRun, "flax", oracle.mixed(81), learning_rate=0.05, weight_decay=0.01)
play(FlaxRun, "flax-no-decay", oracle.mixed(82), learning_rate=0.01)
play(FlaxRun, "flax-betas", oracle.mixed(83, loud=False), learning_rate=0.1, weight_decay=0.1, beta1=0.8, beta2=0.99,
     eps=0.001)
play(TinyRun, "tinygrad", oracle.mixed(84), lr=0.05, weight_decay=0.01)
play(TinyRun, "tinygrad-no-decay", oracle.mixed(85), lr=0.02)
play(TinyRun, "tinygrad-edges", oracle.edges(86, silent=(2,)), lr=0.05, weight_decay=0.05)
