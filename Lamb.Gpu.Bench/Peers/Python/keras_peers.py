"""Keras's own Lamb, on the backend that KERAS_BACKEND names."""

import keras
import numpy

from running import Missing, version_of

BACKEND = keras.backend.backend()
VERSION = f"keras {keras.__version__}, {BACKEND} {version_of(BACKEND)}"


def prepare(request):
    """Gives the backend its device and threads; NumPy has neither."""
    if BACKEND == "torch":
        import torch_peers

        torch_peers.prepare(request)
    elif BACKEND == "jax":
        import jax_peers

        jax_peers.prepare(request)
    elif request["device"] == "cuda":
        raise Missing("NumPy knows no CUDA")


class Eager:
    """Applies gradients operation by operation, as the backends without a compiler do."""

    name = f"Keras Lamb ({BACKEND})"
    variant = "keras"
    note = "eager"
    version = VERSION

    def __init__(self, weights, settings, device):
        self.variables = [keras.Variable(value, dtype="float32") for value in weights]
        self.gradients = []
        self.optimizer = keras.optimizers.Lamb(
            learning_rate=settings.rate,
            beta_1=settings.beta1,
            beta_2=settings.beta2,
            epsilon=settings.epsilon,
            weight_decay=settings.decay,
        )
        self.optimizer.build(self.variables)

    def set_gradients(self, gradients):
        self.gradients = [keras.ops.convert_to_tensor(value, dtype="float32") for value in gradients]

    def step(self):
        self.optimizer.apply(self.gradients, self.variables)

    def synchronize(self):
        if BACKEND == "torch":
            import torch

            if torch.cuda.is_available():
                torch.cuda.synchronize()

    def read(self):
        return [keras.ops.convert_to_numpy(value).astype(numpy.float64) for value in self.variables]


class Jitted(Eager):
    """Applies gradients under jit, as Keras trains on JAX."""

    note = "stateless_apply under jit"

    def __init__(self, weights, settings, device):
        import jax

        super().__init__(weights, settings, device)
        self.weights = [variable.value for variable in self.variables]
        self.state = [variable.value for variable in self.optimizer.variables]
        self.advance = jax.jit(
            lambda weights, gradients, state: self.optimizer.stateless_apply(state, gradients, weights)
        )

    def step(self):
        self.weights, self.state = self.advance(self.weights, self.gradients, self.state)

    def synchronize(self):
        import jax

        jax.block_until_ready(self.weights)

    def read(self):
        return [numpy.asarray(value, numpy.float64) for value in self.weights]


PEERS = [Jitted if BACKEND == "jax" else Eager]
