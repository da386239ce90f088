"""The peers that need JAX."""

import functools

import jax
import jax.numpy as jnp
import numpy

from running import Missing, version_of

VERSION = f"jax {jax.__version__}"


def prepare(request):
    """Refuses a device that is not there; the number of threads is that of the cores that the process may use."""
    if request["device"] == "cuda" and jax.default_backend() != "gpu":
        raise Missing(f"{VERSION} finds no CUDA device")


class JaxPeer:
    """Weights and state as arrays that each step gives away."""

    variant = "keras"
    note = ""
    version = VERSION

    def __init__(self, weights, settings, device):
        self.settings = settings
        self.weights = [jnp.array(value) for value in weights]
        self.gradients = []

    def set_gradients(self, gradients):
        self.gradients = [jnp.asarray(value) for value in gradients]

    def synchronize(self):
        jax.block_until_ready(self.weights)

    def read(self):
        return [numpy.asarray(value, numpy.float64) for value in self.weights]


@functools.partial(jax.jit, static_argnums=4, donate_argnums=(0, 2, 3))
def update(weights, gradients, first, second, settings, correction1, correction2):
    """The step of keras.optimizers.Lamb; XLA decides what is fused."""
    rate, beta1, beta2, epsilon, decay = settings

    def advance(w, g, m, v):
        w = w * (1 - rate * decay)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        u = (m / correction1) / (jnp.sqrt(v / correction2) + epsilon)
        w_norm, u_norm = jnp.linalg.norm(w.ravel()), jnp.linalg.norm(u.ravel())
        ratio = jnp.where((w_norm > 0) & (u_norm > 0), w_norm / u_norm, 1.0)
        return w - rate * ratio * u, m, v

    advanced = [advance(*values) for values in zip(weights, gradients, first, second)]
    return tuple(list(values) for values in zip(*advanced))


class Jitted(JaxPeer):
    """The equations under jit."""

    name = "jax.jit loop"

    def __init__(self, weights, settings, device):
        super().__init__(weights, settings, device)
        self.first = [jnp.zeros_like(value) for value in self.weights]
        self.second = [jnp.zeros_like(value) for value in self.weights]
        self.steps = 0

    def step(self):
        self.steps += 1
        corrections = 1 - self.settings.beta1**self.steps, 1 - self.settings.beta2**self.steps
        self.weights, self.first, self.second = update(
            self.weights, self.gradients, self.first, self.second, self.settings, *corrections
        )


class Optax(JaxPeer):
    """optax.lamb under jit."""

    name = "optax.lamb"
    variant = "coupled"

    def __init__(self, weights, settings, device):
        try:
            import optax
        except ImportError as failure:
            raise Missing(str(failure)) from failure
        super().__init__(weights, settings, device)
        self.version = f"optax {version_of('optax')}, {VERSION}"
        optimizer = optax.lamb(
            settings.rate, settings.beta1, settings.beta2, settings.epsilon, weight_decay=settings.decay
        )
        self.state = optimizer.init(self.weights)

        def advance(weights, gradients, state):
            updates, state = optimizer.update(gradients, state, weights)
            return optax.apply_updates(weights, updates), state

        self.advance = jax.jit(advance, donate_argnums=(0, 2))

    def step(self):
        self.weights, self.state = self.advance(self.weights, self.gradients, self.state)


PEERS = [Jitted, Optax]
