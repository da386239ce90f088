"""Keras: trajectories of the real Lamb in float64, which the golden files hold, in the form of the other oracles."""
import json

import numpy
import oracle

GOLDEN = oracle.FOLDER.parents[1] / "TestData" / "golden"
SOURCE = "keras-team/keras 3.16.0 at 3422977a, keras.optimizers.Lamb on the numpy backend in float64; golden/{}.json"


def narrow(values, shape):
    """The golden files print float32 inputs, in the float64 run too."""
    return numpy.array(values, numpy.float32).astype(numpy.float64).reshape(shape)


class Golden:
    def __init__(self, results):
        self.results = iter(results)

    def step(self, _):
        return next(self.results)["variables"]

    def moments(self):
        return None


def play(name):
    document = json.loads((GOLDEN / f"{name}.json").read_text())
    changes = {key: value for key, value in document["config"].items() if key != "name"}
    variables = []
    for index, row in enumerate(document["variables"]):
        shape = row["shape"] or [1]
        gradients = [narrow(action["gradients"][index], shape) for action in document["actions"]]
        variables.append(oracle.Variable(row["name"], narrow(row["initial"], shape), gradients,
                                         row["exclude_from_weight_decay"]))
    oracle.record("Keras", name.replace("_", "-"), SOURCE.format(name), changes, variables,
                  Golden(document["float64"]["results"]))


for NAME in ("defaults", "weight_decay", "exclude_by_name", "global_clipnorm", "zero_weights_weight_decay",
             "zero_gradients"):
    play(NAME)
