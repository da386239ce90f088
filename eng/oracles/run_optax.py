"""optax.lamb: its own transformations over numpy, in place of the few functions of jax that they call."""
import collections
import functools
import types
import typing

import numpy
import oracle
from sources import take

Pair = collections.namedtuple("Pair", "init update")
State = collections.namedtuple("State", "")


def tree_map(function, *trees, is_leaf=None):
    return [function(*leaves) for leaves in zip(*trees)]


def masked(inner, mask):
    """Ours: the inner transformation for the leaves whose mask is true."""
    def update(updates, state, params):
        changed, _ = inner.update(updates, state, params)
        return [new if chosen else old for chosen, new, old in zip(mask, changed, updates)], state
    return Pair(inner.init, update)


def scale(factor):
    """Ours, as scale_by_learning_rate calls it."""
    return Pair(lambda params: State(), lambda updates, state, params: ([factor * u for u in updates], state))


class Names(types.SimpleNamespace):
    """A module of which only what is here is called."""


def scope():
    jax = Names(tree=Names(map=tree_map), jit=lambda function, inline: function, Array=None)
    jax.lax = Names(select=lambda condition, a, b: numpy.where(condition, a, b))
    base = Names(GradientTransformation=Pair, GradientTransformationExtraArgs=Pair, EmptyState=State,
                 init_empty_state=lambda params: State(), with_extra_args_support=lambda pair: pair)
    names = {"jax": jax, "jnp": numpy, "base": base, "functools": functools, "NamedTuple": typing.NamedTuple,
             "wrappers": Names(masked=masked), "scale": scale, "utils": Names(canonicalize_dtype=lambda dtype: dtype),
             "chex": Names(assert_shape=lambda *_: None), "linear_algebra": Names(global_norm=global_norm)}
    take("optax", "optax/tree_utils/_tree_math.py",
         ["tree_update_moment", "tree_update_moment_per_elem_norm", "tree_bias_correction"], names)
    take("optax", "optax/_src/numerics.py", ["safe_norm"], names)
    names["numerics"] = Names(safe_norm=names["safe_norm"], safe_increment=lambda count: count + 1)
    names["optax"] = Names(tree=Names(
        update_moment=names["tree_update_moment"], bias_correction=names["tree_bias_correction"],
        update_moment_per_elem_norm=names["tree_update_moment_per_elem_norm"],
        zeros_like=lambda tree, dtype=None: [numpy.zeros_like(leaf) for leaf in tree],
        cast=lambda tree, dtype: tree, cast_like=lambda tree, other: tree))
    transforms = ["scale_by_adam", "scale_by_learning_rate", "scale_by_trust_ratio"]
    take("optax", "optax/_src/transform.py", ["ScaleByAdamState", *transforms], names)
    take("optax", "optax/transforms/_adding.py", ["add_decayed_weights"], names)
    take("optax", "optax/transforms/_combining.py", ["chain"], names)
    take("optax", "optax/transforms/_clipping.py", ["clip_by_global_norm"], names)
    names["transform"] = Names(**{key: names[key] for key in [*transforms, "add_decayed_weights"]})
    names["combine"] = Names(chain=names["chain"])
    return take("optax", "optax/_src/alias.py", ["lamb"], names)


def global_norm(updates):
    return numpy.sqrt(sum(numpy.sum(numpy.square(leaf)) for leaf in updates))


class Run:
    def __init__(self, variables, transformation, adam):
        self.weights = [variable.weights for variable in variables]
        self.transformation, self.adam = transformation, adam
        self.state = transformation.init(self.weights)

    def step(self, gradients):
        with numpy.errstate(invalid="ignore", divide="ignore"):
            updates, self.state = self.transformation.update(gradients, self.state, self.weights)
        self.weights = [weights + update for weights, update in zip(self.weights, updates)]
        return self.weights

    def moments(self):
        state = self.adam(self.state)
        return [state.mu, state.nu]


NAMES = scope()
SOURCE = ("google-deepmind/optax: alias.py (lamb), _src/transform.py at 006cebd2, _src/numerics.py at 1b6b6f52, "
          "transforms/_adding.py at 083e0459, _combining.py at 1cde7043, _clipping.py at 017762fb, tree_utils/"
          "_tree_math.py at 05a74255, run over numpy " + numpy.__version__ + " in float64; {}")


def play(case, text, changes, variables, clip=None, **arguments):
    transformation = NAMES["lamb"](**arguments)
    if clip:
        transformation = NAMES["chain"](NAMES["clip_by_global_norm"](clip), transformation)
    adam = (lambda state: state[1][0]) if clip else (lambda state: state[0])
    oracle.record("Optax", case, SOURCE.format(text), changes, variables, Run(variables, transformation, adam))


play("default", "lamb(0.01)", {"learning_rate": 0.01}, oracle.mixed(51), learning_rate=0.01)
play("decay", "lamb(0.05, weight_decay=0.1)", {"learning_rate": 0.05, "weight_decay": 0.1}, oracle.mixed(52),
     learning_rate=0.05, weight_decay=0.1)
MASKED = oracle.mixed(53, undecayed=("bias", "gain"))
play("mask", "lamb(0.05, weight_decay=0.1, mask)", {"learning_rate": 0.05, "weight_decay": 0.1}, MASKED,
     learning_rate=0.05, weight_decay=0.1, mask=[not variable.undecayed for variable in MASKED])
play("clip", "chain(clip_by_global_norm(1.0), lamb(0.1, b1=0.8, b2=0.99, eps=0.001))",
     {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.99, "epsilon": 0.001, "global_clipnorm": 1.0},
     oracle.mixed(54), clip=1.0, learning_rate=0.1, b1=0.8, b2=0.99, eps=0.001)
play("edges", "lamb(0.05)", {"learning_rate": 0.05}, oracle.edges(55, silent=(2,)), learning_rate=0.05)
