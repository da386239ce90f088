"""timm.optim.Lamb of huggingface/pytorch-image-models, with torch in float64."""
import math

import oracle
from sources import need, take
from tensors import TorchRun

torch = need("torch")
SCOPE = {"torch": torch, "math": math, "Optimizer": torch.optim.Optimizer}
Lamb = take("pytorch-image-models", "timm/optim/lamb.py", ["Lamb"], SCOPE)["Lamb"]
SOURCE = ("timm/optim/lamb.py of huggingface/pytorch-image-models at 9a6fcf59, Lamb({}), run with torch "
          + torch.__version__ + " in float64")


def play(preset, case, changes, variables, **arguments):
    run = TorchRun(variables, lambda groups: Lamb(groups, **arguments), ("exp_avg", "exp_avg_sq"))
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    oracle.record(preset, case, SOURCE.format(text), changes, variables, run)


play("Timm", "default", {}, oracle.mixed(1))
play("Timm", "excluded", {"learning_rate": 0.05}, oracle.mixed(2, undecayed=("bias", "gain")), lr=0.05)
play("Timm", "no-decay", {"learning_rate": 0.01, "weight_decay": 0.0}, oracle.mixed(3), lr=0.01, weight_decay=0.0)
play("Timm", "always-adapt", {"learning_rate": 0.02, "trust_ratio_scope": "all"},
     oracle.mixed(4, undecayed=("bias",)), lr=0.02, always_adapt=True)
play("Timm", "trust-clip", {"learning_rate": 0.1, "weight_decay": 0.1, "trust_ratio_max": 1.0},
     oracle.extremes(5), lr=0.1, weight_decay=0.1, trust_clip=True)
play("Timm", "no-averaging", {"learning_rate": 0.05, "gradient_averaging": False},
     oracle.mixed(6), lr=0.05, grad_averaging=False)
play("Timm", "no-bias-correction", {"learning_rate": 0.05, "bias_correction": "none"},
     oracle.mixed(7), lr=0.05, bias_correction=False)
play("Timm", "no-clip", {"learning_rate": 0.1, "global_clipnorm": None, "beta_1": 0.8, "beta_2": 0.99},
     oracle.mixed(8), lr=0.1, max_grad_norm=None, betas=(0.8, 0.99))
play("Timm", "decoupled", {"learning_rate": 0.1, "weight_decay": 0.2, "weight_decay_mode": "decoupled"},
     oracle.mixed(9, undecayed=("bias",)), lr=0.1, weight_decay=0.2, decoupled_decay=True)
play("Timm", "edges", {"learning_rate": 0.05, "weight_decay": 0.05},
     oracle.edges(10), lr=0.05, weight_decay=0.05)
play("Timm", "edges-decoupled",
     {"learning_rate": 0.05, "weight_decay": 0.05, "weight_decay_mode": "decoupled", "trust_ratio_scope": "all"},
     oracle.edges(11, silent=(1,), undecayed=("stops", "one_element")),
     lr=0.05, weight_decay=0.05, decoupled_decay=True, always_adapt=True)
AS_KERAS = {"eps": 1e-7, "max_grad_norm": None, "always_adapt": True, "decoupled_decay": True}
play("Keras", "timm", {"learning_rate": 0.1, "weight_decay": 0.2}, oracle.mixed(12, undecayed=("bias",)),
     lr=0.1, weight_decay=0.2, **AS_KERAS)
play("Keras", "timm-clip", {"learning_rate": 0.02, "weight_decay": 0.05, "global_clipnorm": 2.0},
     oracle.mixed(13), lr=0.02, weight_decay=0.05, **{**AS_KERAS, "max_grad_norm": 2.0})
