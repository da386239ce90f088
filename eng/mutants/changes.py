"""Finds the places of a C# file where one small change makes another program.

Comments, strings and attributes are no places: `mask` blanks them, and every change is sought in what is left.
"""
import dataclasses
import re

# What reads or writes one thing where another of the same type lies beside it.
SWAPS = [
    ("FirstMoment", "SecondMoment"), ("firstMoment", "secondMoment"), ("FirstMoments", "SecondMoments"),
    ("firstMoments", "secondMoments"), ("Weights", "Masters"), ("masters", "weights"), ("Accumulator", "Average"),
    ("Accumulators", "Averages"), ("OneMinusBeta1", "OneMinusBeta2"), ("WeightNormMin", "WeightNormMax"),
    ("TrustRatioMin", "TrustRatioMax"), ("left", "right"), ("low", "high"), ("then", "otherwise"),
    ("Update", "Weight"), ("weightNorm", "updateNorm"), ("Gradients", "Weights"), ("minimum", "maximum"),
    ("AverageMomentum", "OneMinusAverageMomentum"), ("WeightDecay", "WeightDecayRate"), ("First", "Count"),
    ("FirstMomentCorrection", "SecondMomentCorrection"), ("GradientScale", "AccumulationShare"),
    ("Size", "Stride"), ("rate", "rest"), ("true", "false"), ("Rows", "Row"), ("beta1", "beta2"),
]

# Kind, pattern, replacement. A pattern is sought in code alone, and the replacement stands in its place.
RULES = [
    ("sign", r" \+ ", " - "), ("sign", r" - ", " + "), ("sign", r"\+=", "-="), ("sign", r"-=", "+="),
    ("sign", r"(?<=[(\[?:,=] )-(?=[\w(])", ""), ("sign", r"\+\+", "--"),
    ("factor", r" \* ", " / "), ("factor", r" / ", " * "), ("factor", r"\*=", "/="), ("factor", r" % ", " / "),
    ("bound", r"(?<=; )(\w+) < ([^;<>]+);", r"\1 < (\2) - 1;"), ("bound", r"(?<=; )(\w+) < ([^;<>]+);", r"\1 <= \2;"),
    ("comparison", r" < ", " <= "), ("comparison", r" > ", " >= "), ("comparison", r" <= ", " < "),
    ("comparison", r" >= ", " > "), ("comparison", r" == ", " != "), ("comparison", r" != ", " == "),
    ("condition", r"\bif \((.+)\)$", r"if (!(\1))"), ("condition", r"\b(is) not\b", r"\1"),
    ("condition", r" && ", " || "), ("condition", r" \|\| ", " && "), ("condition", r"(?<=[( ])!(?=[\w(])", ""),
    ("bits", r" & ", " | "), ("bits", r" \| ", " & "), ("bits", r" \^ ", " & "), ("bits", r" >> ", " << "),
    ("bits", r" << ", " >> "), ("bits", r"~(?=[\w(])", ""),
    ("extreme", r"\bMin\(", "Max("), ("extreme", r"\bMax\(", "Min("),
    ("barrier", r"(Group\.Barrier|MemoryFence\.DeviceLevel)\(\);", ";"),
    ("dropped", r" \+ TLane\.Broadcast\(k\.\w+\)", ""), ("dropped", r" \* TLane\.Broadcast\(k\.\w+\)", ""),
    ("dropped", r"^( +)[\w.\[\]!]+ (?:[-+*/|&]|\?\?)?= [^;]+;$", r"\1;"),
    ("dropped", r"^( +)(?!return|throw)[\w.<>!]+\([^;]*\);$", r"\1;"),
    ("dropped", r"\bchecked\(", "unchecked("), ("dropped", r" \?\? 0\b", " ?? 1"),
]

# What only the host has.
HOST_RULES = [
    ("result", r"\breturn (?!true|false)([^;]+);$", "return default!;"),
    ("result", r"\.Any\(", ".All("), ("result", r"\.All\(", ".Any("),
    ("result", r"\.(First|Last)\(\)", lambda m: ".Last()" if m[1] == "First" else ".First()"),
    ("result", r"\.OrderBy\(", ".OrderByDescending("), ("result", r"\bContinue\b", "Break"),
    ("result", r"\bcontinue;", "break;"), ("result", r"\bbreak;", "continue;"),
]

NUMBER = re.compile(r"(?<![\w.])(0x[0-9A-Fa-f_]+|\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)(?=[fuUlL]?L?\b)")


@dataclasses.dataclass(frozen=True)
class Change:
    """A replacement of `text[start:end]` in the file at `path`."""

    path: str
    line: int
    kind: str
    start: int
    end: int
    old: str
    new: str

    def applied(self, text):
        if text[self.start:self.end] != self.old:
            raise SystemExit(f"{self.path}:{self.line} is not the file that the change was found in.")
        return text[:self.start] + self.new + text[self.end:]


def mask(text):
    """The text with comments, strings, characters and attributes as blanks, and the same length."""
    out = list(text)
    _skip_code(text, 0, out, None)
    masked = "".join(out)
    masked = re.sub(r"(?m)^ *\[(?!\.\.)[^\n]*\]$", lambda m: " " * len(m[0]), masked)
    masked = re.sub(r"(?m)^ *(using|namespace) [\w. =<>,:]*;$", lambda m: " " * len(m[0]), masked)
    return re.sub(r"(?m)^ *where [^=\n]*?(?= =>|$)", lambda m: " " * len(m[0]), masked)


def strings(text):
    """Where the plain and interpolated strings are: pairs of the first quote and the place behind the last."""
    found = []
    _skip_code(text, 0, list(text), found)
    return found


def find(path, text, host):
    """All changes of a file, in the order of their places."""
    masked, found = mask(text), []
    for kind, pattern, replacement in RULES + (HOST_RULES if host else []):
        for match in re.finditer(pattern, masked, re.MULTILINE):
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            found.append((kind, match.start(), match.end(), new))
    found += _swaps(masked)
    for match in NUMBER.finditer(masked):
        found.append(("constant", match.start(), match.end(), _other(match[0])))
    if host:
        found += [("text", a, b, '""') for a, b in strings(text) if b - a > 2]
    changes = {
        (start, end, new): Change(path, text.count("\n", 0, start) + 1, kind, start, end, text[start:end], new)
        for kind, start, end, new in found if text[start:end] != new}
    return sorted(changes.values(), key=lambda change: (change.start, change.end, change.new))


def _swaps(masked):
    for one, other in SWAPS:
        for old, new in ((one, other), (other, one)):
            for match in re.finditer(rf"\b{old}\b(?! [\w<>]+[;=,]| {{)", masked):
                yield "swap", match.start(), match.end(), new


def _other(number):
    if number.startswith("0x"):
        value = int(number.replace("_", ""), 16)
        return f"0x{value ^ (value & -value or 1):X}" if value else "0x1"
    if "." in number or "e" in number:
        return f"({number} * 2)"
    value = int(number.replace("_", ""))
    return str(value + 1)


def _skip_code(text, place, out, found, nested=False):
    depth = 0
    while place < len(text):
        two, one = text[place:place + 2], text[place]
        if two == "//":
            end = text.find("\n", place)
            place = _blank(out, place, len(text) if end < 0 else end)
        elif one == "'":
            place = _blank(out, place, text.index("'", place + (3 if text[place + 1] == "\\" else 1)) + 1)
        elif one == '"' or two in ('$"', '@"'):
            place = _skip_string(text, place, out, found)
        elif nested and one == "}" and depth == 0:
            return place
        else:
            depth += (one == "{") - (one == "}")
            place += 1
    return place


def _skip_string(text, start, out, found):
    interpolated, verbatim = text[start] == "$", text[start] == "@"
    place = start + (2 if interpolated or verbatim else 1)
    while text[place] != '"':
        if text[place] == "\\" and not verbatim:
            place += 2
        elif interpolated and text[place:place + 2] in ("{{", "}}"):
            place += 2
        elif interpolated and text[place] == "{":
            place = _skip_code(text, place + 1, list(text), None, nested=True) + 1
        else:
            place += 1
    if found is not None:
        found.append((start, place + 1))
    return _blank(out, start, place + 1)


def _blank(out, start, end):
    for place in range(start, end):
        out[place] = " " if out[place] != "\n" else "\n"
    return end
