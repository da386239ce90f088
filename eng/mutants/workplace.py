"""A private copy of the repository that mutants are compiled and tested in; the repository itself is only read."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
NO_TESTS = 8  # the exit code of a run in which the filter leaves nothing
OUTPUT = pathlib.Path("Lamb.Gpu.Tests/bin/Release/net10.0")
ENVIRONMENT = dict(os.environ, DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1",
                   LAMB_ROWS=os.environ.get("LAMB_ROWS", "cpu,cpu-groups"),
                   LAMB_THOROUGH=os.environ.get("LAMB_THOROUGH", "1"))


class Workplace:
    """The copy, built once; each worker has a folder of test binaries of its own."""

    def __init__(self, folder):
        self.copy, self.folder = pathlib.Path(folder) / "copy", pathlib.Path(folder)
        built = self.folder / "built"
        if self._copy_sources():
            built.unlink(missing_ok=True)
        if not built.exists():
            self._say("building the tests", ["dotnet", "build", "-c", "Release", "-v", "q", "Lamb.Gpu.Tests"])
            built.touch()
        self._read_compiler()

    def add_worker(self, name):
        worker = self.folder / f"worker-{name}"
        shutil.rmtree(worker, ignore_errors=True)
        shutil.copytree(self.copy / OUTPUT, worker / "tests")
        return worker

    def compile(self, worker, change):
        """Compiles Lamb.Gpu with a change into a worker's folder; returns whether that was possible."""
        source = worker / "Mutant.cs"
        source.write_text(change.applied((self.copy / change.path).read_text()))
        target = str(self.copy / change.path)
        arguments = [str(source) if self._is_source(argument, target) else argument for argument in self.arguments]
        response = worker / "compile.rsp"
        response.write_text("\n".join(f'"{a}"' if " " in a and '"' not in a else a for a in arguments
                                      + [f"/out:{worker / 'Lamb.Gpu.dll'}"]))
        done = subprocess.run(["dotnet", "exec", self.compiler, "/noconfig", "/shared", f"@{response}"],
                              cwd=self.copy / "Lamb.Gpu", env=ENVIRONMENT, capture_output=True, text=True)
        if done.returncode == 0:
            shutil.copy(worker / "Lamb.Gpu.dll", worker / "tests" / "Lamb.Gpu.dll")
        return done.returncode == 0

    def restore(self, worker):
        shutil.copy(self.copy / OUTPUT / "Lamb.Gpu.dll", worker / "tests" / "Lamb.Gpu.dll")

    def _is_source(self, argument, target):
        return argument.endswith(".cs") and os.path.normpath(self.copy / "Lamb.Gpu" / argument) == target

    def _copy_sources(self):
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                                check=True, capture_output=True, text=True).stdout
        changed = False
        wanted = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
        for name in wanted:
            target = self.copy / name
            if not target.exists() or target.read_bytes() != (ROOT / name).read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, target)
                changed |= not name.startswith(("eng/", "docs/"))
        for old in self.copy.rglob("*.cs"):
            name = old.relative_to(self.copy)
            if not {"bin", "obj"} & set(name.parts) and name.as_posix() not in wanted:
                old.unlink()
                changed = True
        return changed

    def _say(self, what, command):
        print(f"{what} …", flush=True)
        done = subprocess.run(command, cwd=self.copy, env=ENVIRONMENT, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{what} failed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}")
        return done.stdout

    def _read_compiler(self):
        # What MSBuild would call, asked of it once: calling it for every mutant takes five times as long.
        answer = json.loads(self._say("asking for the compiler", [
            "dotnet", "msbuild", "Lamb.Gpu/Lamb.Gpu.csproj", "-t:Compile", "-p:Configuration=Release",
            "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:NonExistentFile=none",
            "-getItem:CscCommandLineArgs", "-getProperty:RoslynTargetsPath"]))
        self.compiler = os.path.join(answer["Properties"]["RoslynTargetsPath"], "bincore", "csc.dll")
        # Analyzers cost seconds; those of the framework's own pack are generators, whose code is missing otherwise.
        dropped = ("/analyzer", "/doc:", "/warnaserror", "/out:", "/refout:", "/noconfig", "/additionalfile", "/pdb:",
                   "/errorlog", "/generatedfilesout", "/analyzerconfig", "/ruleset", "/sourcelink", "/resource")
        self.arguments = [item["Identity"] for item in answer["Items"]["CscCommandLineArgs"]]
        self.arguments = [argument for argument in self.arguments
                          if not argument.startswith(dropped) or "Microsoft.NETCore.App.Ref" in argument]


def run_tests(worker, selection, seconds):
    """Runs tests up to the first that fails: 'caught' and its name, 'timeout', 'survived' or 'no tests'."""
    command = ["dotnet", str(worker / "tests" / "Lamb.Gpu.Tests.dll"), "--filter", selection, "--no-ansi",
               "--no-progress", "--results-directory", str(worker / "results")]
    process = subprocess.Popen(command, cwd=worker, env=ENVIRONMENT, text=True, start_new_session=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    late = threading.Event()
    timer = threading.Timer(seconds, lambda: (late.set(), _end(process)))
    timer.start()
    failed, passed, tail = None, 0, []
    for line in process.stdout:
        tail = [*tail[-30:], line]
        match = re.match(r"failed (\w+)", line)
        if match:
            failed = match[1]
            break
        count = re.match(r" *succeeded: (\d+)", line)
        passed = int(count[1]) if count else passed
    timer.cancel()
    if failed:
        _end(process)
    process.wait()
    if failed:
        return "caught", failed
    if late.is_set():
        return "timeout", ""
    if process.returncode == NO_TESTS:
        return "no tests", ""
    if process.returncode != 0:
        return "caught", "the process ended: " + " ".join("".join(tail).split())[-120:]
    return ("survived", "") if passed else ("no tests", "")


def _end(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
