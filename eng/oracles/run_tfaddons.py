"""tensorflow/addons: the LAMB class over numpy, and the lamb_update_numpy of its tests."""
import re
import types

import numpy
import oracle
from sources import take


class Array(numpy.ndarray):
    """What the class asks of a tf.Variable."""
    device = "CPU"

    @property
    def op(self):
        return None

    def assign(self, value, use_locking):
        self[...] = value
        return self


class Optimizer:
    """What the class asks of tf.keras.optimizers.Optimizer."""
    _initial_decay, _use_locking = 0.0, False

    def __init__(self, name):
        self.hyper, self.slots, self.iterations = {}, {}, 0

    def _set_hyper(self, name, value):
        self.hyper[name] = value

    def _get_hyper(self, name, dtype):
        return numpy.float64(self.hyper[name])

    def add_slot(self, variable, name):
        self.slots[variable.name, name] = numpy.zeros_like(variable)

    def get_slot(self, variable, name):
        return self.slots[variable.name, name]

    def _prepare_local(self, device, dtype, state):
        state[device, dtype] = {"lr_t": self._get_hyper("learning_rate", dtype)}


def scope():
    keras = types.SimpleNamespace(
        utils=types.SimpleNamespace(register_keras_serializable=lambda package: lambda kind: kind),
        optimizers=types.SimpleNamespace(Optimizer=Optimizer))
    tf = types.SimpleNamespace(
        keras=keras, sqrt=numpy.sqrt, where=numpy.where, greater=numpy.greater, pow=numpy.power,
        identity=lambda value: value, cast=lambda value, dtype: numpy.float64(value),
        convert_to_tensor=lambda value, dtype: numpy.float64(value),
        # tf.norm of a matrix with ord=2 and no axis is that of its elements; numpy's would be the spectral norm.
        norm=lambda value, ord: numpy.linalg.norm(numpy.ravel(value), ord))
    return {"tf": tf, "re": re, "typechecked": lambda function: function}


class ClassRun:
    def __init__(self, variables, kind, **arguments):
        self.optimizer, self.weights = kind(**arguments), []
        for variable in variables:
            weights = variable.weights.copy().view(Array)
            weights.name = variable.name + ":0"
            self.weights.append(weights)
        self.optimizer._create_slots(self.weights)

    def step(self, gradients):
        for weights, gradient in zip(self.weights, gradients):
            state = {}
            key = weights.device, weights.dtype
            self.optimizer._prepare_local(*key, state)
            with numpy.errstate(invalid="ignore", divide="ignore"):
                self.optimizer._resource_apply_dense(gradient, Typed(weights), {(key[0], float): state[key]})
        self.optimizer.iterations += 1
        return [numpy.array(weights) for weights in self.weights]

    def moments(self):
        return [[self.optimizer.slots[weights.name, name] for weights in self.weights] for name in "mv"]


class Typed:
    """A variable whose dtype has a base_dtype, as TensorFlow's have."""
    dtype = types.SimpleNamespace(base_dtype=float)

    def __init__(self, weights):
        self.weights, self.name, self.device, self.assign = weights, weights.name, weights.device, weights.assign

    def __array__(self, dtype=None):
        return numpy.asarray(self.weights)

    def __rmul__(self, factor):
        return factor * numpy.asarray(self.weights)

    def __sub__(self, other):
        return numpy.asarray(self.weights) - other


class FunctionRun:
    def __init__(self, variables, function, **arguments):
        self.weights = [variable.weights for variable in variables]
        self.first, self.second = ([numpy.zeros_like(weights) for weights in self.weights] for _ in range(2))
        self.function, self.arguments, self.count = function, arguments, 0

    def step(self, gradients):
        rows = []
        with numpy.errstate(invalid="ignore", divide="ignore"):
            for row in zip(self.weights, gradients, self.first, self.second):
                rows.append(self.function(row[0], row[1], self.count, row[2], row[3], **self.arguments))
        self.count += 1
        self.weights, self.first, self.second = zip(*rows)
        return self.weights

    def moments(self):
        return [self.first, self.second]


KIND = take("addons", "tensorflow_addons/optimizers/lamb.py", ["LAMB"], scope())["LAMB"]
FUNCTION = take("addons", "tensorflow_addons/optimizers/tests/lamb_test.py", ["lamb_update_numpy"],
                {"np": numpy, "linalg": numpy.linalg})["lamb_update_numpy"]
OF_CLASS = ("tensorflow/addons: tensorflow_addons/optimizers/lamb.py at 00beec06, run over numpy "
            + numpy.__version__ + " in float64; LAMB({})")
OF_TEST = ("tensorflow/addons: lamb_update_numpy of tensorflow_addons/optimizers/tests/lamb_test.py at 1220464a, "
           "run with numpy " + numpy.__version__ + " in float64; {}")


def play(case, changes, variables, **arguments):
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    oracle.record("TfAddons", case, OF_CLASS.format(text), changes, variables,
                  ClassRun(variables, KIND, **arguments))


oracle.record("TfAddons", "test-default", OF_TEST.format("defaults"), {}, *(
    lambda variables: (variables, FunctionRun(variables, FUNCTION)))(oracle.mixed(61, flat=True)))
oracle.record("TfAddons", "test-decay", OF_TEST.format("lr=0.05, lamb_wd=0.1"),
              {"learning_rate": 0.05, "weight_decay": 0.1}, *(
    lambda variables: (variables, FunctionRun(variables, FUNCTION, lr=0.05, lamb_wd=0.1)))(
        oracle.mixed(62, flat=True)))
play("class", {"learning_rate": 0.05, "weight_decay": 0.1}, oracle.mixed(63), learning_rate=0.05,
     weight_decay_rate=0.1)
play("excluded-from-both", {"learning_rate": 0.05, "weight_decay": 0.1},
     oracle.mixed(64, undecayed=("bias", "gain"), unadapted=("bias", "gain")), learning_rate=0.05,
     weight_decay_rate=0.1, exclude_from_weight_decay=["bias", "gain"])
play("excluded-apart", {"learning_rate": 0.02, "weight_decay": 0.1},
     oracle.mixed(65, undecayed=("bias", "gain"), unadapted=("gain", "table")), learning_rate=0.02,
     weight_decay_rate=0.1, exclude_from_weight_decay=["bias", "gain"],
     exclude_from_layer_adaptation=["gain", "tab"])
play("edges", {"learning_rate": 0.05}, oracle.edges(66, silent=(2,)), learning_rate=0.05)
