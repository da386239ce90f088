"""NVIDIA/apex: FusedLAMB over the kernels of csrc/multi_tensor_lamb.cu, compiled for the CPU, and RefLAMB of its tests.

Every float of the kernels is a double here. The norms, which are kernels of another file, are ours: a plain L2 norm.
"""
import ctypes
import types

import oracle
from sources import compiled, cut, need, pointer, take
from tensors import TorchRun

torch = need("torch")
KERNEL = "csrc/multi_tensor_lamb.cu"
MACHINE = """
#define ILP 4
template <int count> struct TensorListMetadata {
  void* addresses[count][1]; int sizes[1]; unsigned char block_to_tensor[1]; int block_to_chunk[1];
  int start_tensor_this_launch;
};
"""
DRIVER = """
extern "C" void first(int n, double* g, double* p, double* m, double* v, float beta1, float beta2, float epsilon,
    int step, int bias_correction, float decay, int grad_averaging, int mode, double* norm, float max_norm) {
  %s
  TensorListMetadata<4> list = {{{g}, {p}, {m}, {v}}, {n}, {0}, {0}, 0};
  LAMBStage1Functor<float>()(65536, nullptr, list, beta1, beta2, beta3, bias_correction1, bias_correction2, epsilon,
      (adamMode_t)mode, decay, norm, max_norm);
}
extern "C" void second(int n, double* update, double* p, double* param_norm, double* update_norm, float rate,
    float decay, int use_nvlamb) {
  TensorListMetadata<2> list = {{{update}, {p}}, {n}, {0}, {0}, 0};
  LAMBStage2Functor<float>()(65536, nullptr, list, param_norm, update_norm, rate, decay, use_nvlamb != 0);
}
"""


def kernels():
    aligned = cut("apex", KERNEL, "template<typename T>\n__device__ __forceinline__ bool is_aligned", "typedef enum")
    mode = cut("apex", KERNEL, "typedef enum", "std::tuple<at::Tensor")
    functors = cut("apex", KERNEL, "using MATH_T = float;", "void multi_tensor_lamb_cuda(")
    corrections = cut("apex", KERNEL, "float bias_correction1 = 1.0f", "std::vector<std::vector<at::Tensor>> grad_list")
    return compiled(MACHINE + aligned + mode + functors + DRIVER % corrections)


LIBRARY = kernels()
REAL = ctypes.c_double


def l2norm(_, lists, per_tensor):
    return (torch.stack([tensor.norm() for tensor in lists[0]]).norm().reshape(1), None)


def lamb(_, lists, rate, beta1, beta2, epsilon, step, correct, decay, averaging, mode, norm, max_norm, nvlamb):
    for g, p, m, v in zip(*lists):
        param_norm = p.norm().reshape(1)
        LIBRARY.first(p.numel(), *map(pointer, (g, p, m, v)), REAL(beta1), REAL(beta2), REAL(epsilon), step, correct,
                      REAL(decay), averaging, mode, pointer(norm), REAL(max_norm))
        update_norm = g.norm().reshape(1)
        LIBRARY.second(p.numel(), *map(pointer, (g, p, param_norm, update_norm)), REAL(rate), REAL(decay), int(nvlamb))


class Doubles:
    """torch, but what asks for its float32 gets float64: apex takes no other type."""
    float32 = torch.float64

    def __getattr__(self, name):
        return getattr(torch, name)

    def zeros(self, *shape, **options):
        return torch.zeros(*shape, dtype=torch.float64, **options)


def apply(operation, buffer, lists, *arguments):
    return operation(buffer, lists, *arguments)


apply.available = True
SCOPE = {"torch": Doubles(), "multi_tensor_applier": apply, "Optimizer": torch.optim.Optimizer}
AMP = types.ModuleType("amp_C")
AMP.multi_tensor_l2norm, AMP.multi_tensor_lamb = l2norm, lamb
__import__("sys").modules["amp_C"] = AMP
FusedLAMB = take("apex", "apex/optimizers/fused_lamb.py", ["FusedLAMB"], SCOPE)["FusedLAMB"]
RefLAMB = take("apex", "tests/L0/run_optimizers/test_lamb.py", ["RefLAMB"], SCOPE)["RefLAMB"]
FUSED = ("NVIDIA/apex: apex/optimizers/fused_lamb.py at 16fadfe7 over csrc/multi_tensor_lamb.cu at 06a83ce7, kernels "
         "compiled for the CPU with float as double, L2 norms by torch; FusedLAMB({})")
REFERENCE = ("NVIDIA/apex: RefLAMB of tests/L0/run_optimizers/test_lamb.py at 02085f0d, run with torch "
             + torch.__version__ + " in float64; RefLAMB({})")


def play(kind, preset, case, changes, variables, **arguments):
    source, names = (FUSED, ("exp_avg", "exp_avg_sq")) if kind is FusedLAMB else (REFERENCE, ("m", "v"))
    run = TorchRun(variables, lambda groups: kind(groups, **arguments), names)
    text = ", ".join(f"{key}={value}" for key, value in arguments.items())
    oracle.record(preset, case, source.format(text), changes, variables, run)


play(FusedLAMB, "Apex", "default", {}, oracle.mixed(21))
play(FusedLAMB, "Apex", "no-decay", {"learning_rate": 0.01, "weight_decay": 0.0}, oracle.mixed(22), lr=0.01,
     weight_decay=0.0)
play(FusedLAMB, "Apex", "excluded", {"learning_rate": 0.05, "weight_decay": 0.1},
     oracle.mixed(23, undecayed=("bias", "gain")), lr=0.05, weight_decay=0.1)
play(FusedLAMB, "Apex", "nvlamb", {"learning_rate": 0.05, "trust_ratio_scope": "all"},
     oracle.mixed(24, undecayed=("bias",)), lr=0.05, use_nvlamb=True)
play(FusedLAMB, "Apex", "l2-mode", {"learning_rate": 0.02, "weight_decay": 0.1, "weight_decay_mode": "gradient"},
     oracle.mixed(25, undecayed=("gain",)), lr=0.02, weight_decay=0.1, adam_w_mode=False)
play(FusedLAMB, "Apex", "no-averaging", {"learning_rate": 0.05, "gradient_averaging": False}, oracle.mixed(26), lr=0.05,
     grad_averaging=False)
play(FusedLAMB, "Apex", "no-bias-correction", {"learning_rate": 0.1, "bias_correction": "none"}, oracle.mixed(27),
     lr=0.1, bias_correction=False)
play(FusedLAMB, "Apex", "clip-never", {"learning_rate": 0.1, "global_clipnorm": 1000.0}, oracle.mixed(28), lr=0.1,
     max_grad_norm=1000.0)
play(FusedLAMB, "Apex", "edges", {"learning_rate": 0.05, "weight_decay": 0.05}, oracle.edges(29, silent=(2,)), lr=0.05,
     weight_decay=0.05)
play(FusedLAMB, "Apex", "edges-nvlamb", {"learning_rate": 0.05, "weight_decay": 0.0, "trust_ratio_scope": "all"},
     oracle.edges(30), lr=0.05, weight_decay=0.0, use_nvlamb=True)
play(RefLAMB, "Apex", "reference", {"learning_rate": 0.05, "trust_ratio_scope": "all"},
     oracle.mixed(31, undecayed=("bias",)), lr=0.05)
# No public code is known that always divides by the norm: these gradients are all long enough for the clip to do it.
play(RefLAMB, "NvLamb", "apex-reference", {"learning_rate": 0.05}, oracle.shouting(32), lr=0.05)
play(FusedLAMB, "NvLamb", "apex", {"learning_rate": 0.02, "weight_decay": 0.1},
     oracle.shouting(33, undecayed=("bias",)), lr=0.02, weight_decay=0.1, use_nvlamb=True)
play(FusedLAMB, "NvLamb", "apex-edges", {"learning_rate": 0.05}, oracle.edges(34, scale=4.0, silent=(0, 3)), lr=0.05,
     use_nvlamb=True)
