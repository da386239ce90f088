"""What every family of peers needs: checking, timing, and rows of JSON, one a line."""

import importlib.metadata
import json
import math
import statistics
import time

import numpy

from equations import CHECKED, TIMED, TOLERANCE, Case


class Missing(Exception):
    """Why a peer cannot take part."""


def version_of(package):
    """The version of an installed package."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "of unknown version"


def write(line):
    """Writes a line for the program that asked."""
    print(json.dumps({key: in_json(value) for key, value in line.items()}, allow_nan=False), flush=True)


def in_json(value):
    """The value, or its name where JSON has no number for it."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity"


def write_missing(name, reason, shape=None):
    """Says that a peer takes no part, in a shape or in any."""
    write({"missing": name, "shape": shape, "reason": reason})


def run_family(peers, request):
    """Checks every peer of a family, then times them on every shape."""
    case = Case()
    checked = [(peer, *check(peer, case, request)) for peer in peers]
    for shape in request["shapes"]:
        for row in time_shape([entry for entry in checked if entry[1] is not None], shape, request):
            write(row)


def check(peer, case, request):
    """The errors of a peer on the case: from its own variant, and from Keras's."""
    try:
        playing = peer(case.weights, CHECKED, request["device"])
        for gradients in case.gradients:
            playing.set_gradients(gradients)
            playing.step()
        found = playing.read()
        return case.error(found, playing.variant), case.error(found, "keras")
    except Exception as failure:
        write_missing(peer.name, reason_of(failure))
        return None, None


def reason_of(failure):
    """The failure in one line."""
    text = str(failure).strip().splitlines()
    text = text[0] if text else "no reason given"
    return text if isinstance(failure, Missing) else f"{type(failure).__name__}: {text}"


def time_shape(checked, shape, request):
    """The rows of one shape: all peers by turns where memory holds them all, else one after the other."""
    sizes = [math.prod(size) for size in shape["variables"]]
    parameters = sum(sizes)
    numbers = numpy.random.default_rng(11)
    weights = [numbers.standard_normal(size, numpy.float32) for size in shape["variables"]]
    gradients = [numbers.standard_normal(size, numpy.float32) for size in shape["variables"]]

    # Weights and two moments a peer; a step holds two more for a moment.
    by_turns = 4 * parameters * (3 * len(checked) + 2) < free_bytes(request["device"]) * 0.8
    groups = [checked] if by_turns else [[entry] for entry in checked]
    for group in groups:
        playing = [
            (made, own, keras)
            for peer, own, keras in group
            if (made := create(peer, weights, gradients, shape["name"], request)) is not None
        ]
        for (peer, own, keras), rounds in zip(playing, measure([made for made, _, _ in playing], request)):
            times, cpu = zip(*rounds)
            yield {
                "name": peer.name,
                "version": peer.version,
                "device": request["device"],
                "threads": request["threads"],
                "shape": shape["name"],
                "parameters": parameters,
                "variables": len(sizes),
                "milliseconds": statistics.median(times) * 1e3,
                "fastest": min(times) * 1e3,
                "slowest": max(times) * 1e3,
                "cpuMilliseconds": statistics.median(cpu) * 1e3,
                "nanosecondsPerParameter": statistics.median(times) * 1e9 / parameters,
                "sameUpdate": keras <= TOLERANCE,
                "maxError": keras,
                "variant": peer.variant,
                "ownError": own,
                "note": note_of(peer, own, keras),
            }


def note_of(peer, own, keras):
    """How it was run, and what it computes where that is not Keras's update."""
    if not own <= TOLERANCE:
        return f"{peer.note}; WRONG by its own equations ({peer.variant}): {own:.1e}".lstrip("; ")
    if not keras <= TOLERANCE and peer.variant != "adamw":
        return f"{peer.note}; differs: {peer.variant} decay".lstrip("; ")
    return peer.note


def create(peer, weights, gradients, shape, request):
    """A peer with the weights of a shape, after its first two steps."""
    try:
        made = peer(weights, TIMED, request["device"])
        made.set_gradients(gradients)
        for _ in range(2):
            made.step()
        made.synchronize()
        return made
    except Exception as failure:
        write_missing(peer.name, reason_of(failure), shape)
        return None


def measure(peers, request):
    """The seconds of a step in each round, a list for each peer; in every round each has its turn."""
    times = [[] for _ in peers]
    counts = [max(1, math.ceil(request["seconds"] / seconds_of(peer, 1)[0])) for peer in peers]
    for _ in range(request["rounds"]):
        for peer, count, taken in zip(peers, counts, times):
            taken.append(seconds_of(peer, count))
    return times


def seconds_of(peer, count):
    """The seconds of a step, waiting for each: by the clock, and of processor time over all threads."""
    start, cpu = time.perf_counter(), time.process_time()
    for _ in range(count):
        peer.step()
        peer.synchronize()
    return (time.perf_counter() - start) / count, (time.process_time() - cpu) / count


def free_bytes(device):
    """The memory that is left, or a guess where nothing tells."""
    if device == "cuda":
        try:
            import torch

            return torch.cuda.mem_get_info()[0]
        except (ImportError, AttributeError):
            return 8 << 30
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        return 8 << 30
