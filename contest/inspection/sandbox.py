"""The persistent child process in which anything of an upload is decoded or parsed.

The parent opens the files and passes them on; the child answers with plain JSON, which is checked for its types,
and writes previews into files the parent made, which are checked for bare pixels. So neither a fault nor a
takeover of a decoder reaches further than a wrong answer about one picture.
"""

import hashlib
import json
import math
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple, Self, TypeVar

import contest
from contest.inspection.bare import NotBareError, bare_avif_size, bare_size
from contest.inspection.plain import from_plain, to_plain
from contest.inspection.report import Derivative, Derived, Report
from contest.inspection.sizes import PREVIEWS, RECIPE_VERSION, Drawing, fitted
from contest.inspection.wire import LineBrokenError, receive, send
from contest.kernel.errors import ContestError, Invalid

T = TypeVar("T")

MIB = 1024 * 1024
_START_S = 30.0
_GOODBYE_S = 2.0
_DRAWN_LIMIT = 256 * MIB
_DETAIL_LIMIT = 2000
_AFTER_DECODING = frozenset({"F02.unreadable", "F03.too_much_memory"})
"""Refusals that a decoder came to: whatever a damaged file did to it ends with this child."""


class SandboxBroken(ContestError):
    """The child died, hung or talked nonsense over a file.

    The file may be poison or the machine short of something: the caller tries again a few times, then sets the
    file aside. Codes: "sandbox.timed_out", "sandbox.crashed", "sandbox.faulty", "sandbox.unavailable".
    """


@dataclass(frozen=True, kw_only=True)
class SandboxLevel:
    """How far this system let the child lock itself in.

    Attributes:
        limits: Resource limits that hold, such as "AS" and "NOFILE"; "CPU" is set for each job.
        network_namespace: The child sees no network device at all.
        landlock: The Landlock ABI by which the file system is closed to it, 0 for none.
        seccomp: Whether a filter refuses sockets, programs, processes and writing.
        capabilities_dropped, no_new_privileges: It has no privilege and can gain none.
        pillow: The decoder's version; heif: that of the extra for HEIC, empty without it.
    """

    limits: tuple[str, ...] = ()
    network_namespace: bool = False
    landlock: int = 0
    seccomp: bool = False
    capabilities_dropped: bool = False
    no_new_privileges: bool = False
    pillow: str = ""
    heif: str = ""

    @property
    def name(self) -> str:
        """Give "full", "partial" (one of the two kernel locks is missing) or "limits" (both are)."""
        locks = (self.seccomp, self.landlock > 0)
        return "full" if all(locks) else "partial" if any(locks) else "limits"

    def to_json(self) -> dict[str, Any]:
        """Give plain JSON values, the name included."""
        return {"name": self.name, **to_plain(self)}


class Examined(NamedTuple):
    """A report, and the previews where the picture decodes."""

    report: Report
    derived: Derived | None


@dataclass(frozen=True, kw_only=True)
class _Drawn:
    placeholder: str
    colour: str
    mean_luminance: float


@dataclass(kw_only=True)
class _Child:
    """One running child."""

    process: subprocess.Popen[bytes]
    line: socket.socket
    log: IO[bytes]
    level: SandboxLevel = field(default_factory=SandboxLevel)
    cpu_s: float = 0.0
    started_at_s: float = 0.0
    served: int = 0

    @property
    def spent_s(self) -> float:
        """CPU seconds since it was ready."""
        return self.cpu_s - self.started_at_s


class Sandbox:
    """Decodes and reads untrusted pictures in a child process; one file at a time, from any thread.

    Args:
        work_dir: Where the child lives; nothing is kept there.
        memory_bytes: Limit of the child's address space.
        cpu_s: CPU seconds one file may take; wall_s: seconds by the clock. Past either the child is killed.
        recycle_after: A fresh child is started after so many files, and after any failure.
    """

    def __init__(
        self,
        *,
        work_dir: Path,
        memory_bytes: int = 1536 * MIB,
        cpu_s: int = 20,
        wall_s: float = 60.0,
        recycle_after: int = 50,
    ) -> None:
        self._work_dir = work_dir
        self._memory_bytes = memory_bytes
        self._cpu_s = cpu_s
        self._wall_s = wall_s
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._ended_cpu_s = 0.0

    @property
    def cpu_s(self) -> float:
        """CPU seconds its children have spent on files, as far as they told; their start is not counted."""
        return self._ended_cpu_s + (self._child.spent_s if self._child is not None else 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child; the next call would start another."""
        with self._lock:
            self._discard()

    def level(self) -> SandboxLevel:
        """Tell how far the child is locked in, starting it where needed."""
        with self._lock:
            return self._running().level

    def inspect(self, path: Path, *, decode: bool = True) -> Report:
        """Read a file's structure and facts, and try whether it decodes.

        Args:
            path: The file; it is opened here and not by the child.
            decode: False leaves the pixels alone: ``decodes`` is then None and "F02" cannot be told.

        Raises:
            SandboxBroken: See there; a damaged file is no reason for it but a report like any other.
            OSError: The file cannot be opened.
        """
        with path.open("rb") as file:
            return self._ask(file, decode=decode)[0]

    def examine(self, path: Path, out_dir: Path, *, drawing: Drawing = PREVIEWS) -> Examined:
        """Inspect a file and draw a set of files from it with one decoding.

        The previews are "320.jpg", "640.jpg", "1280.jpg" and "2560.jpg" in ``out_dir``, each whole or not there
        at all; other drawings likewise. The caller sees to it that they reach the disk.

        Raises:
            SandboxBroken, OSError: As ``inspect``.
        """
        with path.open("rb") as file, tempfile.TemporaryDirectory(prefix=".derive-", dir=out_dir) as draft:
            names = {size: f"{size}.{drawing.ending}" for size in drawing.sizes}
            with ExitStack() as files:
                outputs = [files.enter_context((Path(draft) / name).open("xb")) for name in names.values()]
                report, drawn = self._ask(file, decode=True, drawing=drawing, outputs=outputs)
            if drawn is None:
                return Examined(report, None)
            try:
                made = [_checked(Path(draft) / name, size, report) for size, name in names.items()]
            except NotBareError as wrong:
                self.close()
                raise SandboxBroken("sandbox.faulty", detail=str(wrong)) from wrong
            for name in names.values():
                (Path(draft) / name).replace(out_dir / name)
        return Examined(
            report,
            Derived(
                files=tuple(made),
                placeholder=drawn.placeholder,
                colour=drawn.colour,
                mean_luminance=drawn.mean_luminance,
                recipe_version=RECIPE_VERSION,
            ),
        )

    def derive(self, path: Path, out_dir: Path, *, drawing: Drawing = PREVIEWS) -> Derived:
        """Draw from a picture, as ``examine`` does.

        Raises:
            Invalid: ``picture.not_decodable``, with the check code as ``check``.
            SandboxBroken, OSError: As ``inspect``.
        """
        report, derived = self.examine(path, out_dir, drawing=drawing)
        if derived is None:
            raise Invalid("picture.not_decodable", check=report.refusal)
        return derived

    def _ask(
        self, file: BinaryIO, *, decode: bool, drawing: Drawing | None = None, outputs: Sequence[BinaryIO] = ()
    ) -> tuple[Report, _Drawn | None]:
        """Have the child examine a file, and let it go where a damaged one may have done something to it."""
        request = {"decode": decode, "draw": drawing.name if drawing else None}
        report, drawn = self.ask(request, [file, *outputs], judged=_judged)
        if decode and report.width_px is not None and report.refusal in _AFTER_DECODING:
            self.close()
        return report, drawn

    def ask(
        self, request: Mapping[str, Any], files: Sequence[BinaryIO], *, judged: Callable[[dict[str, Any]], T]
    ) -> T:
        """Have the child do one job.

        Args:
            request: As the child understands it.
            files: Passed on open; the first to be read, the others as the request means them.
            judged: Reads the answer, of which nothing may be believed; raises ValueError for anything that is none.

        Raises:
            SandboxBroken: See there.
        """
        with self._lock:
            child = self._running()
            try:
                _limit_cpu(child, self._cpu_s)
                send(child.line, dict(request), [file.fileno() for file in files])
                answer = _received(child, within_s=self._wall_s)
                found = judged(answer)
            except TimeoutError as late:
                self._discard()
                raise SandboxBroken("sandbox.timed_out", limit_s=self._wall_s) from late
            except LineBrokenError as broken:
                raise self._crashed(child) from broken
            except ValueError as wrong:
                self._discard()
                raise SandboxBroken("sandbox.faulty", detail=str(wrong)[-_DETAIL_LIMIT:]) from wrong
            child.served += 1
            if child.served >= self._recycle_after:
                self._discard()
        return found

    def _running(self) -> _Child:
        if self._child is None:
            self._child = self._started()
        return self._child

    def _started(self) -> _Child:
        """Start a fresh interpreter that knows nothing of this process but its module path."""
        ours, theirs = socket.socketpair()
        log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the child
        settings = {
            "memory_bytes": self._memory_bytes,
            "file_bytes": _DRAWN_LIMIT,
            "readable": _readable_folders(),
        }
        command = [sys.executable, "-P", "-s", "-m", "contest.inspection.child"]
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(theirs.fileno()), json.dumps(settings)],
                cwd=self._work_dir,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        child = _Child(process=process, line=ours, log=log)
        try:
            answer = _received(child, within_s=_START_S)
            child.level = from_plain(SandboxLevel, answer.get("level", {}))
            child.started_at_s = child.cpu_s
        except (LineBrokenError, TimeoutError, ValueError) as broken:
            detail = _end(child)
            raise SandboxBroken("sandbox.unavailable", detail=detail) from broken
        return child

    def _crashed(self, child: _Child) -> SandboxBroken:
        """Say how a child that closed its line ended."""
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(_GOODBYE_S)
        status = child.process.poll()
        self._child = None
        self._ended_cpu_s += child.spent_s
        detail = _end(child)
        if status is not None and status < 0:
            if -status == signal.SIGXCPU:
                return SandboxBroken("sandbox.timed_out", limit_s=self._cpu_s)
            return SandboxBroken("sandbox.crashed", how=signal.Signals(-status).name, detail=detail)
        return SandboxBroken("sandbox.crashed", how=f"status {status}", detail=detail)

    def _discard(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._ended_cpu_s += child.spent_s
            _end(child)


def _received(child: _Child, *, within_s: float) -> dict[str, Any]:
    """Wait for an answer; ValueError for a fault that the child tells of."""
    answer, descriptors = receive(child.line, within_s=within_s)
    for descriptor in descriptors:
        os.close(descriptor)  # none is expected, and none may pile up
    cpu_s = answer.get("cpu_s", 0.0)
    child.cpu_s = max(child.cpu_s, cpu_s) if isinstance(cpu_s, float) else child.cpu_s
    if "fault" in answer:
        raise ValueError(str(answer["fault"]))
    return answer


def _judged(answer: dict[str, Any]) -> tuple[Report, _Drawn | None]:
    """Read an answer; ValueError for anything that is none."""
    drawn = answer.get("drawn")
    return Report.from_json(answer.get("report", {})), None if drawn is None else from_plain(_Drawn, drawn)


def _limit_cpu(child: _Child, cpu_s: int) -> None:
    """Set the child's limit for one more job; the child itself can no longer move it."""
    if hasattr(resource, "prlimit"):
        _soft, hard = resource.prlimit(child.process.pid, resource.RLIMIT_CPU)
        resource.prlimit(child.process.pid, resource.RLIMIT_CPU, (math.ceil(child.cpu_s) + cpu_s, hard))


def _end(child: _Child) -> str:
    """End a child for good; give the end of what it wrote."""
    child.line.close()
    child.process.kill()
    child.process.wait()
    with child.log as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - _DETAIL_LIMIT))
        return log.read(_DETAIL_LIMIT).decode("utf-8", "replace")


def _checked(path: Path, long_side_px: int, report: Report) -> Derivative:
    """Look at a preview's bytes: bare pixels of the size that was asked for, or NotBareError."""
    data = path.read_bytes()
    size = bare_avif_size(data) if path.suffix == ".avif" else bare_size(data)
    expected = fitted(report.width_px or 0, report.height_px or 0, long_side_px=long_side_px)
    if size != expected:
        raise NotBareError(f"{size} instead of {expected} for {long_side_px}")
    return Derivative(
        long_side_px=long_side_px,
        file_name=path.name,
        width_px=size[0],
        height_px=size[1],
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _readable_folders() -> list[str]:
    """Name the folders from which an interpreter loads its modules and libraries."""
    ours = Path(contest.__file__).parent
    return sorted({sys.prefix, sys.base_prefix, str(ours), "/usr/lib", "/usr/lib64", "/lib", "/lib64"})


def _environment() -> dict[str, str]:
    """Give the child its module path and nothing of our own environment, where secrets may stand."""
    return {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",  # the child may start no thread
        "LC_ALL": "C.UTF-8",
        # glibc: what a picture took goes back to the system once it is done, or the next one would lie beside its
        # holes (96 MiB instead of 90); with smaller sizes it costs more than a few per cent of CPU.
        "MALLOC_MMAP_THRESHOLD_": str(24 * MIB),
        "MALLOC_TRIM_THRESHOLD_": str(48 * MIB),
    }
