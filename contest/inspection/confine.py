"""Lock the calling process in, as far as this system lets it: limits, no network, no writing, no programs.

Each layer that cannot be had is left out and told of; `contest doctor` shows what was reached. Nothing here
needs a privilege or a library. Sources: landlock(7), seccomp(2), the syscall tables of Linux.
"""

import contextlib
import ctypes
import os
import resource
import struct
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contest.inspection.syscalls import DENIED, MACHINES, Machine

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ = 1 << 2 | 1 << 3
_FS_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_CAPABILITY_VERSION_3 = 0x20080522
_OPEN_FILES = 64

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_ARGUMENTS_AT = 16
_CLONE_THREAD = 0x10000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def confine(*, memory_bytes: int, file_bytes: int, readable: Sequence[str]) -> dict[str, Any]:
    """Lock this process in; to be called once, with everything loaded and one thread running.

    Args:
        memory_bytes: Limit of the address space.
        file_bytes: Limit of any file written to.
        readable: Folders from which files may still be read, where Landlock can be had.

    Returns:
        What was reached: "limits" (names), "no_new_privileges", "network_namespace", "landlock" (its ABI, 0
        for none), "capabilities_dropped", "seccomp".
    """
    limits = _limit(memory_bytes=memory_bytes, file_bytes=file_bytes)
    if sys.platform != "linux":
        return _level(limits)
    libc = ctypes.CDLL(None, use_errno=True)
    privileges = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    network = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    landlock = _landlock(libc, readable) if privileges else 0
    capabilities = _drop_capabilities(libc)
    machine = MACHINES.get(os.uname().machine)
    return _level(
        limits,
        no_new_privileges=privileges,
        network_namespace=network,
        landlock=landlock,
        capabilities_dropped=capabilities,
        seccomp=privileges and machine is not None and _seccomp(libc, machine),
    )


def _level(
    limits: list[str],
    *,
    no_new_privileges: bool = False,
    network_namespace: bool = False,
    landlock: int = 0,
    capabilities_dropped: bool = False,
    seccomp: bool = False,
) -> dict[str, Any]:
    return {
        "limits": limits,
        "no_new_privileges": no_new_privileges,
        "network_namespace": network_namespace,
        "landlock": landlock,
        "capabilities_dropped": capabilities_dropped,
        "seccomp": seccomp,
    }


def _limit(*, memory_bytes: int, file_bytes: int) -> list[str]:
    """Set the limits of this process; CPU time is set by the parent before each job."""
    reached = []
    for name, value in (
        ("AS", memory_bytes),
        ("FSIZE", file_bytes),
        ("NOFILE", _OPEN_FILES),
        ("NPROC", 0),
        ("CORE", 0),
    ):
        # A system may lack a limit (macOS has no AS worth the name) or refuse to lower it.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
            reached.append(name)
    return reached


def _landlock(libc: ctypes.CDLL, readable: Sequence[str]) -> int:
    """Forbid all use of the file system but reading below some folders; give the ABI, 0 where there is none."""
    abi = libc.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return 0
    handled = _FS_RIGHTS[max(known for known in _FS_RIGHTS if known <= abi)]
    attributes = struct.pack("=Q", handled)
    if abi >= 4:  # noqa: PLR2004 - the version that knows TCP: bind and connect
        attributes += struct.pack("=Q", 3)
    if abi >= 6:  # noqa: PLR2004 - the version that knows scopes: abstract sockets and signals
        attributes += struct.pack("=Q", 3)
    rules = libc.syscall(_LANDLOCK_CREATE, attributes, len(attributes), 0)
    if rules < 0:
        return 0
    try:
        for folder in readable:
            if not Path(folder).is_dir():
                continue
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                libc.syscall(_LANDLOCK_ADD, rules, 1, struct.pack("=Qi", _READ, place), 0)
            finally:
                os.close(place)
        return abi if libc.syscall(_LANDLOCK_RESTRICT, rules, 0) == 0 else 0
    finally:
        os.close(rules)


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    """Give up every capability; true as well for a process that has none."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return bool(libc.capset(header, bytes(24)) == 0)


def _seccomp(libc: ctypes.CDLL, machine: Machine) -> bool:
    """Install the filter: a refused call fails with EPERM and the decoder sees an error, not a signal."""
    program = seccomp_program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: a length, padded to the pointer's alignment, and the pointer.
    filter_of_code = struct.pack("HL", len(program) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_of_code, 0, 0) == 0)


def seccomp_program(machine: Machine) -> bytes:
    """Assemble the filter as classic BPF (linux/filter.h), eight bytes an instruction."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    def refuse(errno: int) -> bytes:
        return step(_RETURN, _ERRNO | errno)

    def on_argument(call: int, position: int, bits: int, *, if_set: bytes, if_clear: bytes) -> bytes:
        # The low half of an argument comes first on both machines: they are little endian.
        return (
            step(_JUMP_EQUAL, call, 0, 4)
            + step(_LOAD, _ARGUMENTS_AT + 8 * position)
            + step(_JUMP_BITS, bits, 0, 1)
            + if_set
            + if_clear
        )

    allow = step(_RETURN, _ALLOW)
    program = step(_LOAD, 4) + step(_JUMP_EQUAL, machine.audit, 1, 0) + step(_RETURN, _KILL)
    program += step(_LOAD, 0)
    if machine.foreign_from is not None:
        program += step(_JUMP_AT_LEAST, machine.foreign_from, 0, 1) + step(_RETURN, _KILL)
    program += on_argument(machine.openat, 2, _WRITING, if_set=refuse(_EPERM), if_clear=allow)
    if machine.open is not None:
        program += on_argument(machine.open, 1, _WRITING, if_set=refuse(_EPERM), if_clear=allow)
    program += on_argument(machine.clone, 0, _CLONE_THREAD, if_set=allow, if_clear=refuse(_EPERM))
    # The C library falls back to clone and openat, whose arguments can be looked at.
    for call in (machine.clone3, machine.openat2):
        program += step(_JUMP_EQUAL, call, 0, 1) + refuse(_ENOSYS)
    for numbers in DENIED.values():
        call_number = numbers[machine.column]
        if call_number is not None:
            program += step(_JUMP_EQUAL, call_number, 0, 1) + refuse(_EPERM)
    return program + allow
