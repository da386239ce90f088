"""Finds the source of other libraries, takes definitions out of it, and compiles CUDA arithmetic for the CPU."""
import __future__
import ast
import ctypes
import os
import pathlib
import subprocess
import sys
import tempfile


def find(repository, path):
    """The file of a clone in `$LAMB_ORACLES`, or of a package on Python's path; ends the script where neither is."""
    roots = [pathlib.Path(os.environ["LAMB_ORACLES"]) / repository] if "LAMB_ORACLES" in os.environ else []
    for root in roots + [pathlib.Path(entry) for entry in sys.path]:
        if (root / path).is_file():
            return root / path
    raise SystemExit(f"{path} of {repository} is missing: set LAMB_ORACLES to a folder with a clone of {repository}, "
                     "or install the package.")


def need(module):
    try:
        return __import__(module)
    except ImportError:
        raise SystemExit(f"The Python package {module} is missing.") from None


def take(repository, path, names, scope):
    """Runs the named classes and functions of a file, unchanged, with `scope` in place of its imports."""
    file = find(repository, path)
    tree = ast.parse(file.read_text())
    found = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
    missing = [name for name in names if name not in found]
    if missing:
        raise SystemExit(f"{file}: no {', '.join(missing)}. Another version of {repository} is needed.")
    for name in names:
        # Annotations name types of libraries that need not be here, so they stay text.
        code = compile(ast.Module([found[name]], []), str(file), "exec", __future__.annotations.compiler_flag)
        exec(code, scope)
    return scope


def cut(repository, path, begin, end):
    """The text of a file from the mark `begin` to before the mark `end`."""
    text = find(repository, path).read_text()
    for mark in (begin, end):
        if mark not in text:
            raise SystemExit(f"{path}: no “{mark}”. Another version of {repository} is needed.")
    return text[text.index(begin):text.index(end, text.index(begin))]


PRELUDE = """
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>
#define __device__
#define __global__
#define __forceinline__ inline
#define float double
#define sqrtf std::sqrt
struct Index { unsigned x = 0, y = 0; };
struct Extent { unsigned x = 1, y = 1; };
static Index blockIdx, threadIdx;
static Extent blockDim, gridDim;
"""


def compiled(text):
    """A library of C++ text in which every float is a double and the grid is one lane."""
    folder = tempfile.mkdtemp(prefix="lamb-oracle-")
    source, target = pathlib.Path(folder, "oracle.cpp"), pathlib.Path(folder, "oracle.so")
    source.write_text(PRELUDE + text)
    options = ["-std=c++17", "-O1", "-ffp-contract=off", "-w", "-shared", "-fPIC"]
    subprocess.run(["g++", *options, "-o", target, source], check=True)
    return ctypes.CDLL(str(target))


def pointer(array):
    """The address of a numpy array or a torch tensor of doubles."""
    address = array.data_ptr() if hasattr(array, "data_ptr") else array.ctypes.data
    return ctypes.cast(address, ctypes.POINTER(ctypes.c_double))
