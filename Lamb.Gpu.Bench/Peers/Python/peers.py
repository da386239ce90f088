"""Times the LAMB implementations that this Python has, and checks what they compute.

Usage: peers.py --probe
       peers.py < request.json

The request: {"device": "cpu" | "cuda", "threads": 2, "rounds": 7, "seconds": 0.2,
              "shapes": [{"name": "small", "variables": [[784, 128], [128]]}]}
Rounds are those of which the median is taken, seconds what a round takes at least.

Writes one JSON object a line: {"found": {package: version}}, {"missing": name, "reason": text}, {"case": …} (the steps
that every peer is checked on) and a row for each peer and shape. A family of peers runs in a process of its own: Keras
has one backend a process, and what a family leaves behind slows no other.
"""

import importlib
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys

FAMILIES = {
    "torch": ("torch_peers", ["torch"], {}),
    "jax": ("jax_peers", ["jax"], {}),
    "Keras Lamb (torch)": ("keras_peers", ["keras", "torch"], {"KERAS_BACKEND": "torch"}),
    "Keras Lamb (jax)": ("keras_peers", ["keras", "jax"], {"KERAS_BACKEND": "jax"}),
    "Keras Lamb (numpy)": ("keras_peers", ["keras"], {"KERAS_BACKEND": "numpy"}),
}
PACKAGES = ["numpy", "torch", "timm", "apex", "jax", "optax", "keras"]


def is_here(package):
    """Whether a package can be imported, without importing it."""
    return importlib.util.find_spec(package) is not None


def main(arguments):
    if arguments == ["--probe"]:
        print(json.dumps({"found": {name: version_of(name) for name in PACKAGES if is_here(name)}}))
        return
    request = json.load(sys.stdin)
    if arguments[:1] == ["--family"]:
        run_one(arguments[1], request)
        return
    run_all(request)


def version_of(package):
    """The version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "of unknown version"


def run_all(request):
    """Runs every family in a process of its own."""
    from equations import Case
    from running import write, write_missing

    write({"case": Case().to_json()})
    for family, (_, packages, environment) in FAMILIES.items():
        absent = [package for package in packages if not is_here(package)]
        if absent:
            write_missing(family, "Python has no " + " and no ".join(f"package '{name}'" for name in absent))
            continue
        ended = subprocess.run(
            [sys.executable, os.path.abspath(__file__), "--family", family],
            input=json.dumps(request),
            text=True,
            env={**os.environ, **device_environment(request), **environment},
            check=False,
        )
        if ended.returncode != 0:
            write_missing(family, f"its process ended with code {ended.returncode}")


def device_environment(request):
    """What says to every library where to run, and on how many threads."""
    threads = {"OMP_NUM_THREADS": str(request["threads"])}
    return threads if request["device"] == "cuda" else {**threads, "CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}


def run_one(family, request):
    """Runs a family in this process."""
    from running import Missing, reason_of, run_family, write_missing

    module, packages, _ = FAMILIES[family]
    if "jax" in packages and request["device"] == "cpu" and hasattr(os, "sched_setaffinity"):
        # JAX has a thread for every core that it may use, and no other switch.
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: request["threads"]])
    try:
        peers = importlib.import_module(module)
        peers.prepare(request)
    except (ImportError, Missing) as failure:
        write_missing(family, reason_of(failure))
        return
    run_family(peers.PEERS, request)


if __name__ == "__main__":
    main(sys.argv[1:])
