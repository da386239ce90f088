"""ONNX Runtime's LambOptimizer: its CUDA rules compiled for the CPU, compute_lamb of its tests, their golden vector."""
import ctypes

import numpy
import oracle
from sources import compiled, cut, pointer

ROOT = "orttraining/orttraining/"
RULES, SCALE = ROOT + "training_ops/cuda/optimizer/lamb_impl.cu", ROOT + "training_ops/cuda/optimizer/common.cuh"
TEST = ROOT + "test/gradient/optimizer_ops_test.cc"
MACHINE = """
template <typename T> T _Sqrt(T x) { return std::sqrt(x); }
template <typename T> T _Max(T a, T b) { return a > b ? a : b; }
template <typename T> T _Min(T a, T b) { return a < b ? a : b; }
template <typename T> bool IsFiniteScalar(T x) { return std::isfinite(x); }
"""
DRIVER = """
extern "C" void rules(int n, double* w, double* g, double* m, double* v, double rate, double decay, double alpha,
    double beta, double epsilon, int step, double* norm, double max_norm, double low, double high) {
  double one = 1, w_norm = 0, r_norm = 0;
  double scale = _ComputeGradScale<double, double, double>(&one, norm, max_norm);
  double alpha_correction = step > 0 ? 1 - std::pow(alpha, step) : 1;
  double beta_correction = step > 0 ? 1 - std::pow(beta, step) : 1;
  std::vector<double> d(n);
  for (int i = 0; i < n; ++i) {
    _LambComputeDirectionRule<double, double, double>(scale, w[i], g[i], m[i], v[i], alpha, beta, decay, epsilon,
        alpha_correction, beta_correction, d[i], m[i], v[i]);
    w_norm += w[i] * w[i];
    r_norm += d[i] * d[i];
  }
  for (int i = 0; i < n; ++i)
    _LambUpdateRule<double, double, double, double>(rate, low, high, r_norm, w_norm, w[i], d[i], w + i, nullptr,
        nullptr);
}
extern "C" void reference(int n, double* w, double* g, double* m, double* v, double rate, double decay, double alpha,
    double beta, double epsilon, int step, double* norm, double max_norm, double low, double high) {
  auto list = [n](double* values) { return std::vector<double>(values, values + n); };
  std::vector<double> w_new(n), g_new(n), m_new(n), v_new(n);
  compute_lamb({n}, list(w), list(g), list(m), list(v), rate, decay, alpha, beta, epsilon, max_norm, w_new, g_new,
      m_new, v_new, step, 1, norm, low, high);
  std::copy(w_new.begin(), w_new.end(), w);
  std::copy(m_new.begin(), m_new.end(), m);
  std::copy(v_new.begin(), v_new.end(), v);
}
"""
TEMPLATE = "template <typename T1, typename T2, typename T3{}>\n__{}__"


def kernels():
    scale = cut("onnxruntime", SCALE, "template <typename TLossScale", "}  // namespace cuda")
    direction = cut("onnxruntime", RULES, TEMPLATE.format("", "device"),
                    TEMPLATE.format(", typename T_GRAD_NORM", "global"))
    update = cut("onnxruntime", RULES, TEMPLATE.format(", typename T_MIXED_PRECISION_FP", "device"),
                 TEMPLATE.format(", typename T_MIXED_PRECISION_FP", "global"))
    test = cut("onnxruntime", TEST, "void compute_lamb(", "template <typename T1")
    return compiled(MACHINE + scale + direction + update + test + DRIVER)


LIBRARY = kernels()
AT = {
    "rules": "training_ops/cuda/optimizer/lamb_impl.cu at 3f7e03ab and common.cuh (_ComputeGradScale with max_norm), "
             "device rules compiled for the CPU with float as double, square sums by a loop",
    "reference": "compute_lamb of test/gradient/optimizer_ops_test.cc (the version of 57,760 characters), compiled "
                 "with float as double"}
SOURCE = "microsoft/onnxruntime: orttraining/orttraining/{}; alpha=0.9, beta=0.999, epsilon=1e-6, {}"


class Run:
    def __init__(self, variables, kind, rate=0.001, decay=0.0, correct=True, clip=1.0, low=-numpy.inf,
                 high=numpy.inf):
        self.weights = [variable.weights.copy() for variable in variables]
        self.decays = [0.0 if variable.undecayed else decay for variable in variables]
        self.first, self.second = ([numpy.zeros_like(weights) for weights in self.weights] for _ in range(2))
        self.call, self.rate, self.correct, self.count = getattr(LIBRARY, kind), rate, correct, 0
        self.clip, self.low, self.high = clip, low, high

    def step(self, gradients):
        self.count += 1
        norm = numpy.array([numpy.sqrt(sum(numpy.sum(gradient**2) for gradient in gradients))])
        for row in zip(self.weights, gradients, self.first, self.second, self.decays):
            rates = map(ctypes.c_double, (self.rate, row[4], 0.9, 0.999, 1e-6))
            limits = map(ctypes.c_double, (self.clip or 1.0, self.low, self.high))
            self.call(row[0].size, *map(pointer, row[:4]), *rates, self.count if self.correct else 0,
                      pointer(norm) if self.clip else None, *limits)
        return self.weights

    def moments(self):
        return [self.first, self.second]


def play(kind, case, changes, variables, **arguments):
    # Which default the bias correction and the clip have depends on the front end, so that every file names both.
    named = {"bias_correction": "update" if arguments.get("correct", True) else "none",
             "global_clipnorm": arguments.get("clip", 1.0), **changes}
    text = ", ".join(f"{key}={value}" for key, value in arguments.items()) or "defaults"
    source = SOURCE.format(AT[kind], text)
    oracle.record("OnnxRuntime", case, source, named, variables, Run(variables, kind, **arguments))


play("rules", "default", {}, oracle.mixed(71))
play("rules", "no-bias-correction", {"learning_rate": 0.05, "weight_decay": 0.01}, oracle.mixed(73), rate=0.05,
     decay=0.01, correct=False)
play("rules", "no-clip", {"learning_rate": 0.02, "weight_decay": 0.01}, oracle.mixed(75), rate=0.02, decay=0.01,
     clip=None)
play("rules", "edges", {"learning_rate": 0.05}, oracle.edges(76, silent=(2,)), rate=0.05)
play("rules", "limits", {"learning_rate": 0.1, "trust_ratio_min": 0.3, "trust_ratio_max": 0.7}, oracle.mixed(74),
     rate=0.1, low=0.3, high=0.7)
play("reference", "reference", {"learning_rate": 0.05, "weight_decay": 0.1},
     oracle.mixed(72, undecayed=("bias", "gain")), rate=0.05, decay=0.1)
play("reference", "reference-limits", {"learning_rate": 0.1, "trust_ratio_min": 0.3, "trust_ratio_max": 0.7},
     oracle.mixed(74), rate=0.1, low=0.3, high=0.7)

GOLDEN = {
    "w": ".01379026 .15308191 -.24356517 -.21798165 -.13770047 .09694599 -.02223516 .2664228 -.01177993 .06832688",
    "g": "-6.048543 10.569487 -9.207029 -.57407373 5.884985 -.21047728 3.539946 -5.957566 -9.343748 1.1502024",
    "m": "-5.9078765 9.673933 -8.731428 -.6227454 5.284312 -.27138948 3.443532 -5.681713 -8.72421 1.1441823",
    "v": "42.659229 114.38165 93.179581 .47399229 34.129276 .090019435 14.493006 39.455612 93.025581 1.6000764",
    "w_new": ".02979828 .13677707 -.22708717 -.20361158 -.15338624 .1081504 -.03804127 .28198114 .00430069 .05319814",
    "m_new": "-6.0344763 10.479931 -9.15947 -.57894087 5.824918 -.2165685 3.5303047 -5.9299808 -9.281795 1.1496004",
    "v_new": "36.645618 111.74072 84.853485 .33100498 34.62801 .044757873 12.550836 35.532223 87.362823 1.3257366"}


class Golden:
    """The vector LambOptimizerTestExternalBaseline, as it stands in the test: 8 decimals of the weights."""

    def __init__(self, values):
        self.values = values

    def step(self, _):
        return [self.values["w_new"]]

    def moments(self):
        return [[self.values["m_new"]], [self.values["v_new"]]]


VALUES = {key: numpy.array(text.split(), numpy.float64).reshape(2, 5) for key, text in GOLDEN.items()}
# The vector was made in float32: one ulp of the largest weight is 3e-8, and the weights move by 0.0163 at most.
oracle.record(
    "OnnxRuntime", "external-baseline",
    "microsoft/onnxruntime: orttraining/orttraining/test/gradient/optimizer_ops_test.cc at 0588a1aa, the vectors of "
    "LambOptimizerTestExternalBaseline, to the 8 decimals given there",
    {"learning_rate": 0.1, "weight_decay": 0.1, "beta_1": 0.1, "beta_2": 0.01, "epsilon": 0.1,
     "bias_correction": "none", "global_clipnorm": None},
    [oracle.Variable("w", VALUES["w"], [VALUES["g"]])], Golden(VALUES), precision="float32", bound=2e-6,
    start=([VALUES["m"]], [VALUES["v"]]))
