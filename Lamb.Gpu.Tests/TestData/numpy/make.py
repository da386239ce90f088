"""Writes the files of this folder with numpy: what optimizer.save_own_variables holds, and arrays of every kind."""
import pathlib
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)


def state(iteration, moment):
    """dense/kernel [2, 3] and bias []: iteration, learning_rate, momentum and velocity of each."""
    arrays = [
        iteration,
        np.float32(0.25),
        np.arange(6, dtype=np.float32).reshape(2, 3) + 1,
        np.arange(6, dtype=np.float32).reshape(2, 3) / 8,
        moment,
        np.float32(0.5),
    ]
    return {str(i): array for i, array in enumerate(arrays)}


np.savez(folder / "stored.npz", **state(np.int64(7), np.float32(-3)))
np.savez_compressed(folder / "deflated.npz", **state(np.int32(7), np.float64(-3)))
np.savez(folder / "fortran.npz", **{**state(np.int64(7), np.float32(-3)), "2": np.ones((2, 3), np.float32, order="F")})
np.savez(folder / "big-endian.npz", **{**state(np.int64(7), np.float32(-3)), "2": np.ones((2, 3), ">f4")})
np.savez(folder / "wide.npz", **state(np.int64(7), np.float32(-3)), **{"6": np.zeros((1, 2), np.float16)})
np.savez(
    folder / "kinds.npz",
    **{
        "f2": np.array([1.5, -2, 65504], np.float16),
        "f4": np.array([1.5, np.inf, np.nan], np.float32),
        "f8": np.array([[1e300, -0.0]]),
        "i1": np.array([-128, 127], np.int8),
        "u1": np.array([0, 255], np.uint8),
        "i2": np.array([-32768, 32767], np.int16),
        "u2": np.array([0, 65535], np.uint16),
        "i4": np.array([-(2**31), 2**31 - 1], np.int32),
        "u4": np.array([0, 2**32 - 1], np.uint32),
        "i8": np.array([-(2**53), 2**53], np.int64),
        "u8": np.array([0, 2**53], np.uint64),
        "b1": np.array([False, True]),
        "empty": np.zeros((0, 3), np.float32),
    },
)
