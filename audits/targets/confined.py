"""The child's side of the sandbox: gives up every right first, then imports and runs one worker.

Started as a script (`python -I confined.py ROOT WORKER LIMITS`) with nothing but the standard
library loaded. Each layer that this system lacks is left out and told: the first message says
what holds. Layers: resource limits; namespaces of its own (network, processes, IPC); Landlock
(reads only the interpreter and this package, writes only its own folder); an unprivileged user
when started as root; no capabilities, no new privileges; a seccomp filter against sockets,
tracing, io_uring and changing the modes of files; death with the parent.
"""

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

CHILD = 64923  # a user of its own, not `nobody`: the embedded engines and their files are that one's
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x20000000, 0x08000000
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 8, 22, 38
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
LANDLOCK_READ = 0b1101  # execute, read a file, read a folder
LANDLOCK_FILE_BITS = 0b101 | 1 << 1 | 1 << 14 | 1 << 15  # those a plain file may have
CAPABILITY_VERSION = 0x20080522
CAP_DAC_READ_SEARCH = 1 << 2
SECCOMP_ALLOW, SECCOMP_KILL, SECCOMP_EPERM = 0x7FFF0000, 0x80000000, 0x00050001
# machine -> (audit architecture, numbers of: socket, connect, ptrace, process_vm_readv, process_vm_writev, keyctl,
# bpf, io_uring_setup, open_by_handle_at, mount; unshare, setns, add_key, request_key, pidfd_getfd, userfaultfd,
# perf_event_open; then what Landlock leaves open, changing modes, owners, times and attributes: chmod, fchmod, fchmodat,
# fchmodat2, chown, lchown, fchown, fchownat, utime, utimes, futimesat, utimensat, (l, f)setxattr, (l, f)removexattr,
# setxattrat, removexattrat)
SYSCALLS = {
    "x86_64": (
        0xC000003E,
        (
            *(41, 42, 101, 310, 311, 250, 321, 425, 304, 165, 272, 308, 248, 249, 438, 323, 298),
            *(90, 91, 268, 452, 92, 94, 93, 260, 132, 235, 261, 280, 188, 189, 190, 197, 198, 199, 463, 466),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(198, 203, 117, 270, 271, 219, 280, 425, 265, 40, 97, 268, 217, 218, 438, 282, 241),
            *(52, 53, 452, 54, 55, 88, 5, 6, 7, 14, 15, 16, 463, 466),
        ),
    ),
}
READABLE = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node",
)  # fmt: skip


def main() -> None:
    """Confine this process, then run the worker named on the command line and report as JSON lines."""
    root, worker, limits = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    parent = os.getppid()
    emit = _private_output()
    _link_packages(root, worker)
    confinement = confine(root, worker, limits, parent)
    request = json.loads(Path("request.json").read_text(encoding="utf-8"))
    sys.path.append(str(Path("packages").resolve()))
    emit({"confinement": confinement})
    contract = import_module("audits.contract")
    try:
        import_module(worker).main(request, emit)
    except contract.TargetError as error:
        emit({"error": {"cause": error.cause, "message": str(error)}})
    except MemoryError:
        emit({"error": {"cause": "sandbox", "message": "The model needs more memory than its limit."}})


def confine(root: Path, worker: str, limits: dict[str, int], parent: int) -> dict[str, str]:
    """Give up what can be given up. Returns what holds: network, processes, files, user, system_calls."""
    if sys.platform != "linux":
        _limit(limits, processes=False)
        return dict.fromkeys(("network", "processes", "files", "user", "system_calls"), "not isolated")
    libc = ctypes.CDLL(None, use_errno=True)
    spaces = _namespaces(libc)
    if spaces:
        _become_first_process()
        parent = 0
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlocked = _landlock(libc, root, worker)
    user = _drop_user(libc, root, landlocked)
    _limit(limits, processes=spaces or user == "dropped")
    filtered = _filter_calls(libc)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    return {
        "network": "isolated" if spaces or filtered else "not isolated",
        "processes": "isolated" if spaces else "not isolated",
        "files": "isolated" if landlocked else "not isolated",
        "user": user,
        "system_calls": "filtered" if filtered else "not filtered",
    }


def _packages(root: Path, worker: str) -> list[Path]:
    return [root / name for name in sorted({"audits", "governance", "probanza", worker.partition(".")[0]})]


def _link_packages(root: Path, worker: str) -> None:
    """A folder that holds the needed packages only: importing must not list the folder they really lie in."""
    Path("packages").mkdir()
    for package in _packages(root, worker):
        (Path("packages") / package.name).symlink_to(package)


def _private_output() -> Callable[[dict[str, Any]], None]:
    """Messages get a channel of their own; what libraries print goes to standard error."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def emit(message: dict[str, Any]) -> None:
        channel.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        channel.flush()

    return emit


def _limit(limits: dict[str, int], *, processes: bool) -> None:
    wanted = {
        resource.RLIMIT_CPU: limits["cpu_s"],
        resource.RLIMIT_AS: limits["memory_bytes"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    if processes:  # counted per user: only where this child is nobody else's user
        wanted[resource.RLIMIT_NPROC] = limits["processes"]
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def _namespaces(libc: ctypes.CDLL) -> bool:
    apart = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC
    return any(libc.unshare(flags) == 0 for flags in (apart, apart | CLONE_NEWUSER))


def _become_first_process() -> None:
    """Go on as process 1 of the new namespace: when it ends, the kernel ends all its descendants."""
    child = os.fork()
    if child == 0:
        return
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3, 64):
        if descriptor != null:
            try:
                os.close(descriptor)
            except OSError:
                continue
    os.dup2(null, 1)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def _landlock(libc: ctypes.CDLL, root: Path, worker: str) -> bool:
    abi = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if abi < 1:
        return False
    files = (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1
    attributes = struct.pack("QQQ", files, 0b11, 0b11)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = libc.syscall(LANDLOCK_CREATE, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    libraries = [sys.prefix, sys.base_prefix, sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    for readable in [*READABLE, *libraries, *_packages(root, worker)]:
        _allow(libc, ruleset, str(readable), LANDLOCK_READ)
    _allow(libc, ruleset, "/dev/null", LANDLOCK_READ | 1 << 1)
    _allow(libc, ruleset, "/proc/self", LANDLOCK_READ, pinned=True)  # libraries look up where they are loaded
    _allow(libc, ruleset, str(Path.cwd()), files & ~1)
    held: bool = libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, access: int, *, pinned: bool = False) -> None:
    """A rule for all below `path`. `pinned` keeps it open: the kernel may else forget which folder of /proc was meant."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not Path(path).is_dir():
        access &= LANDLOCK_FILE_BITS
    libc.syscall(LANDLOCK_ADD, ruleset, 1, struct.pack("<Qi", access, place), 0)
    if not pinned:
        os.close(place)


def _drop_user(libc: ctypes.CDLL, root: Path, landlocked: bool) -> str:
    """A user of its own instead of root. Where it cannot reach the interpreter, it keeps the right to read, held by Landlock."""
    if os.geteuid() != 0:
        _set_capabilities(libc, 0)
        return "same"
    reachable = _everybody_reaches((sys.executable, os.__file__, str(root / "audits" / "contract.py")))
    if not (reachable or landlocked):
        _set_capabilities(libc, 0)
        return "same"
    try:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setresgid(CHILD, CHILD, CHILD)
        os.setresuid(CHILD, CHILD, CHILD)
    except OSError:  # a user namespace without these ids
        _set_capabilities(libc, 0)
        return "same"
    _set_capabilities(libc, 0 if reachable else CAP_DAC_READ_SEARCH)
    return "dropped"


def _everybody_reaches(paths: tuple[str, ...]) -> bool:
    """Whether everybody may enter every folder on the way and read the file."""
    for path in map(Path, paths):
        folders = [*path.absolute().parents, *path.resolve().parents]
        if any(not folder.stat().st_mode & 0o001 for folder in folders) or not path.stat().st_mode & 0o004:
            return False
    return True


def _set_capabilities(libc: ctypes.CDLL, kept: int) -> None:
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    libc.capset(header, struct.pack("6I", kept, kept, 0, 0, 0, 0))


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """A seccomp program: another architecture dies, a listed call gets "not permitted", all else passes."""
    known = SYSCALLS.get(platform.machine())
    if known is None:
        return False
    architecture, numbers = known
    steps = [(0x20, 0, 0, 4), (0x15, 1, 0, architecture), (0x06, 0, 0, SECCOMP_KILL), (0x20, 0, 0, 0)]
    steps += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, SECCOMP_EPERM)]  # the x32 calls of x86_64
    for number in numbers:
        steps += [(0x15, 0, 1, number), (0x06, 0, 0, SECCOMP_EPERM)]
    steps.append((0x06, 0, 0, SECCOMP_ALLOW))
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    handle = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(program))
    held: bool = libc.prctl(PR_SET_SECCOMP, 2, handle, 0, 0) == 0
    return held


if __name__ == "__main__":
    main()
