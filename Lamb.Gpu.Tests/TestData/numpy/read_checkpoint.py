"""Reads a checkpoint, or an .npz file, with json, struct, hashlib and numpy alone, and prints what it holds as JSON."""
import hashlib
import json
import re
import struct
import sys

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8", "BF16": "<u2"}


def array(values):
    return {"type": values.dtype.str, "shape": list(values.shape), "bytes": values.tobytes().hex()}


def checkpoint(content):
    (length,) = struct.unpack_from("<Q", content)
    text, data = content[8 : 8 + length], content[8 + length :]
    header = json.loads(text)
    metadata = header.pop("__metadata__")
    masked = re.sub(rb'"checksum":"sha256:[0-9a-f]{64}"', b'"checksum":"sha256:' + b"0" * 64 + b'"', text)
    assert "sha256:" + hashlib.sha256(content[:8] + masked + data).hexdigest() == metadata["checksum"], "checksum"
    assert len(content[: 8 + length]) % 8 == 0, "alignment"
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = array(values)
    assert sum(end - begin for begin, end in (entry["data_offsets"] for entry in header.values())) == len(data)
    metadata["configuration"] = json.loads(metadata["configuration"])
    return {"metadata": metadata, "tensors": tensors}


path = sys.argv[1]
if path.endswith(".npz"):
    with np.load(path) as arrays:
        print(json.dumps({name: array(arrays[name]) for name in arrays.files}))
else:
    with open(path, "rb") as file:
        print(json.dumps(checkpoint(file.read())))
