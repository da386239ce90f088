"""DeepSpeed's FusedLamb over csrc/lamb/fused_lamb_cuda_kernel.cu, compiled for the CPU with every float a double."""
import ctypes
import types

import numpy
import oracle
from sources import compiled, cut, need, pointer, take
from tensors import TorchRun

torch = need("torch")
KERNEL = "csrc/lamb/fused_lamb_cuda_kernel.cu"
MACHINE = """
namespace cg {
struct thread_block { unsigned thread_rank() { return 0; } unsigned size() { return 1; } };
inline thread_block this_thread_block() { return {}; }
inline void sync(thread_block) {}
}
template <typename T> struct SharedMemory { operator T*() { static T memory[2]; return memory; } };
"""
DRIVER = """
extern "C" void lamb(size_t n, double* p, double* m, double* v, double* g, float lr, float beta1, float beta2,
    float max_coeff, float min_coeff, float eps, float grad_scale, int step, int mode, int bias_correction,
    float decay, double* coefficient) {
  %s
  double w, u;
  lamb_cuda_kernel_part1<double, double, 1>(p, nullptr, m, v, g, beta1, beta2, eps, grad_scale, step_size, n,
      (adamMode_t)mode, decay, &w, &u);
  lamb_cuda_kernel_part2<double, double, 1>(1, &w, &u);
  lamb_cuda_kernel_part3<double, double>(p, nullptr, m, v, g, beta1, beta2, max_coeff, min_coeff, eps, grad_scale,
      step_size, n, (adamMode_t)mode, decay, &w, &u, coefficient);
}
"""


def kernels():
    parts = cut("DeepSpeed", KERNEL, "typedef enum {", "void fused_lamb_cuda(")
    scale = cut("DeepSpeed", KERNEL, "float step_size = 0;", "cudaStream_t stream")
    return compiled(MACHINE + parts + DRIVER % scale)


LIBRARY = kernels()
COEFFICIENTS = []


def lamb(p, _, m, v, g, rate, beta1, beta2, top, bottom, epsilon, scale, step, mode, correct, decay):
    coefficient = torch.zeros(1, dtype=torch.float64)
    rates = map(ctypes.c_double, (rate, beta1, beta2, top, bottom, epsilon, scale))
    LIBRARY.lamb(ctypes.c_size_t(p.numel()), *map(pointer, (p, m, v, g)), *rates, step, mode, correct,
                 ctypes.c_double(decay), pointer(coefficient))
    COEFFICIENTS.append(coefficient.item())
    return coefficient


class FusedLambBuilder:
    def load(self):
        return types.SimpleNamespace(lamb=lamb)


SCOPE = {"torch": torch, "types": types, "FusedLambBuilder": FusedLambBuilder}
FusedLamb = take("DeepSpeed", "deepspeed/ops/lamb/fused_lamb.py", ["FusedLamb"], SCOPE)["FusedLamb"]
SOURCE = ("microsoft/DeepSpeed: deepspeed/ops/lamb/fused_lamb.py at 077e6740 over csrc/lamb/fused_lamb_cuda_kernel.cu "
          "at 06076c63, kernels compiled for the CPU with float as double; FusedLamb({})")


def play(case, changes, variables, bound=1e-12, settle=None, **arguments):
    run = TorchRun(variables, lambda groups: FusedLamb(groups, **arguments), ("exp_avg", "exp_avg_sq"), settle)
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    COEFFICIENTS.clear()
    oracle.record("DeepSpeed", case, SOURCE.format(text), changes, variables, run, bound=bound)


def global_norm(gradients):
    """What the engine passes: the norm over all tensors, for each of them."""
    norm = float(numpy.sqrt(sum(numpy.sum(gradient**2) for gradient in gradients)))
    return {"grad_norms": [[norm] * len(gradients)]}


play("default", {}, oracle.mixed(41))
play("decay", {"learning_rate": 0.05, "weight_decay": 0.1}, oracle.mixed(42, undecayed=("bias", "gain")), lr=0.05,
     weight_decay=0.1)
play("clamps", {"learning_rate": 0.1, "weight_decay": 0.01}, oracle.extremes(43), lr=0.1, weight_decay=0.01)
if {0.01, 10.0} - set(COEFFICIENTS):
    raise SystemExit("DeepSpeed-clamps: the ratio met not both of its limits.")
play("no-bias-correction", {"learning_rate": 0.01, "weight_decay": 0.01, "bias_correction": "none"}, oracle.mixed(44),
     lr=0.01, weight_decay=0.01, bias_correction=False)
play("narrow-clamps", {"learning_rate": 0.05, "trust_ratio_min": 0.25, "trust_ratio_max": 0.75}, oracle.mixed(45),
     lr=0.05, min_coeff=0.25, max_coeff=0.75)
play("edges", {"learning_rate": 0.05, "weight_decay": 0.05}, oracle.edges(46, silent=(2,)), lr=0.05, weight_decay=0.05)
# Its clip divides by (norm + 1e-6) / limit, the formula by norm / limit: the moments differ by 1e-6 of the norm.
play("clip", {"learning_rate": 0.05, "weight_decay": 0.01, "global_clipnorm": 1.0}, oracle.shouting(47), bound=2e-6,
     settle=global_norm, lr=0.05, weight_decay=0.01, max_grad_norm=1.0)
