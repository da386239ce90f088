"""The peers that need PyTorch."""

import torch

from running import Missing, version_of

VERSION = f"torch {torch.__version__}"


def prepare(request):
    """Sets the number of threads, and refuses a device that is not there."""
    if request["device"] == "cuda" and not torch.cuda.is_available():
        raise Missing(f"{VERSION} finds no CUDA device")
    torch.set_num_threads(request["threads"])


class TorchPeer:
    """Weights, gradients and moments as tensors, and how to read them."""

    variant = "keras"
    note = ""
    version = VERSION

    def __init__(self, weights, settings, device):
        self.settings = settings
        self.device = device
        self.weights = [torch.tensor(value, device=device) for value in weights]
        self.gradients = []
        self.first = [torch.zeros_like(value) for value in self.weights]
        self.second = [torch.zeros_like(value) for value in self.weights]
        self.steps = 0

    def set_gradients(self, gradients):
        self.gradients = [torch.as_tensor(value, device=self.device) for value in gradients]

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def read(self):
        return [value.detach().cpu().double().numpy() for value in self.weights]

    def next_corrections(self):
        self.steps += 1
        return 1 - self.settings.beta1**self.steps, 1 - self.settings.beta2**self.steps


def update(weights, gradients, first, second, settings, correction1, correction2):
    """The step of keras.optimizers.Lamb, a variable after the other, in place where that is faster."""
    rate, beta1, beta2, epsilon, decay = settings
    for w, g, m, v in zip(weights, gradients, first, second):
        w.mul_(1 - rate * decay)
        m.lerp_(g, 1 - beta1)
        v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
        u = (m / correction1).div_((v / correction2).sqrt_().add_(epsilon))
        w_norm, u_norm = w.norm(), u.norm()
        ratio = torch.where((w_norm > 0) & (u_norm > 0), w_norm / u_norm, torch.ones_like(w_norm))
        w.sub_(u.mul_(rate * ratio))


class Loop(TorchPeer):
    """Plain PyTorch."""

    name = "torch loop"

    @torch.no_grad()
    def step(self):
        update(self.weights, self.gradients, self.first, self.second, self.settings, *self.next_corrections())


class Compiled(TorchPeer):
    """The same loop, compiled."""

    name = "torch.compile loop"

    # A compiled loop is unrolled: its compilation takes minutes for thousands of variables.
    most_variables = 500

    def __init__(self, weights, settings, device):
        if not hasattr(torch, "compile"):
            raise Missing(f"{VERSION} has no torch.compile; 2.0 or later has")
        if len(weights) > self.most_variables:
            raise Missing(f"{len(weights)} variables would be unrolled; at most {self.most_variables} are")
        super().__init__(weights, settings, device)
        self.update = torch.compile(update, dynamic=False)

    @torch.no_grad()
    def step(self):
        # As tensors, so that another step is not another program.
        corrections = [torch.tensor(value, device=self.device) for value in self.next_corrections()]
        self.update(self.weights, self.gradients, self.first, self.second, self.settings, *corrections)


class Foreach(TorchPeer):
    """The same step by the multi-tensor functions, which on CUDA launch once for many variables."""

    name = "torch foreach"

    @torch.no_grad()
    def step(self):
        rate, beta1, beta2, epsilon, decay = self.settings
        correction1, correction2 = self.next_corrections()
        torch._foreach_mul_(self.weights, 1 - rate * decay)
        torch._foreach_mul_(self.first, beta1)
        torch._foreach_add_(self.first, self.gradients, alpha=1 - beta1)
        torch._foreach_mul_(self.second, beta2)
        torch._foreach_addcmul_(self.second, self.gradients, self.gradients, 1 - beta2)
        u = torch._foreach_div(self.first, correction1)
        denominator = torch._foreach_div(self.second, correction2)
        torch._foreach_sqrt_(denominator)
        torch._foreach_add_(denominator, epsilon)
        torch._foreach_div_(u, denominator)
        w_norms = torch.stack(torch._foreach_norm(self.weights))
        u_norms = torch.stack(torch._foreach_norm(u))
        ratios = torch.where((w_norms > 0) & (u_norms > 0), w_norms / u_norms, torch.ones_like(w_norms))
        torch._foreach_mul_(u, list((rate * ratios).unbind()))
        torch._foreach_sub_(self.weights, u)


class OptimizerPeer(TorchPeer):
    """An optimizer of the kind of torch.optim.Optimizer."""

    def __init__(self, weights, settings, device):
        super().__init__(weights, settings, device)
        self.first, self.second = [], []
        self.weights = [torch.nn.Parameter(value) for value in self.weights]
        self.optimizer = self.create(
            lr=settings.rate,
            betas=(settings.beta1, settings.beta2),
            eps=settings.epsilon,
            weight_decay=settings.decay,
        )

    def set_gradients(self, gradients):
        super().set_gradients(gradients)
        for value, gradient in zip(self.weights, self.gradients):
            value.grad = gradient

    def step(self):
        self.optimizer.step()


class AdamW(OptimizerPeer):
    """The optimizer that PyTorch itself has, in its fastest form here."""

    name = "torch AdamW"
    variant = "adamw"

    def create(self, **settings):
        # On the CPU the multi-tensor form is no faster, and PyTorch does not choose it.
        for form in ("fused", "foreach") if self.device == "cuda" else ("fused",):
            try:
                optimizer = torch.optim.AdamW(self.weights, **{form: True}, **settings)
            except (TypeError, RuntimeError):
                continue
            self.note = f"{form}; not LAMB, a yardstick"
            return optimizer
        self.note = "a loop; not LAMB, a yardstick"
        return torch.optim.AdamW(self.weights, **settings)


class Timm(OptimizerPeer):
    """timm's Lamb, set to Keras's update where it can be."""

    name = "timm Lamb"

    def create(self, **settings):
        try:
            from timm.optim import Lamb
        except ImportError as failure:
            raise Missing(str(failure)) from failure
        self.version = f"timm {version_of('timm')}, {VERSION}"
        try:
            self.note = "decoupled_decay, always_adapt, no clipping"
            return Lamb(self.weights, max_grad_norm=None, always_adapt=True, decoupled_decay=True, **settings)
        except TypeError:
            self.variant, self.note = "coupled", "no clipping; this version couples the decay"
            return Lamb(self.weights, max_grad_norm=None, always_adapt=True, **settings)


class Apex(OptimizerPeer):
    """NVIDIA apex: fused kernels, the decay coupled."""

    name = "apex FusedLAMB"
    variant = "coupled"

    # Zero would divide every gradient by infinity.
    no_clipping = 1e30

    def create(self, **settings):
        if self.device != "cuda":
            raise Missing("it runs on CUDA alone")
        try:
            from apex.optimizers import FusedLAMB
        except ImportError as failure:
            raise Missing(str(failure)) from failure
        self.version = f"apex {version_of('apex')}, {VERSION}"
        return FusedLAMB(self.weights, max_grad_norm=self.no_clipping, **settings)


PEERS = [Loop, Foreach, Compiled, Timm, AdamW, Apex]
