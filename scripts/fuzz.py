"""Feed damaged bytes to the readers of metadata, led by which lines they reach; for `make fuzz`.

Usage: .venv/bin/python scripts/fuzz.py [--seconds 60] [TARGET ...]

Needs atheris (the extra `fuzz`), which is large and comes for Linux and macOS alone: so it is neither in the lock
files nor part of `make test`, where Hypothesis does the same with less guidance. Each target runs in a process of its
own, in a folder that is thrown away; an input that raises, hangs for five seconds or takes 512 MiB is printed in
base64, to become a test.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import atheris  # noqa: E402 - the path above comes first

with atheris.instrument_imports(include=["contest.inspection"]):
    from contest.inspection.credentials import BrokenCredentialsError, read_credentials
    from contest.inspection.icc import BrokenIccError, read_icc
    from contest.inspection.iptc import BrokenIptcError, read_iptc
    from contest.inspection.reading import read_facts
    from contest.inspection.tiff import NotTiffError, read_tags
    from contest.inspection.walk import walk
    from contest.inspection.xmp import BrokenXmpError, read_xmp

from tests.hostile import HOSTILE, png  # noqa: E402 - as above
from tests.jumbf import created, manifest, store  # noqa: E402 - as above
from tests.photos import exif_block, icc_profile, iptc_block, make_jpeg, xmp_packet  # noqa: E402 - as above

HANG_S = 5
MEMORY_MIB = 512
LONGEST_BYTES = 64 * 1024


def read_file(data: bytes) -> None:
    """Read a file as the sandbox's child does before it decodes."""
    blocks = walk(data)
    if blocks is not None:
        read_facts(blocks)


TARGETS: dict[str, tuple[Callable[[bytes], object], tuple[type[Exception], ...]]] = {
    "file": (read_file, ()),
    "tags": (read_tags, (NotTiffError,)),
    "xmp": (read_xmp, (BrokenXmpError,)),
    "iptc": (read_iptc, (BrokenIptcError,)),
    "icc": (read_icc, (BrokenIccError,)),
    "credentials": (read_credentials, (BrokenCredentialsError,)),
}


def seeds(target: str) -> Sequence[bytes]:
    """Make sound and hostile inputs to begin with."""
    exif = exif_block({"make": "Contoso", "artist": "张伟", "iso": 100, "f_number": 2.0}, gps=(36.5, 103.25))
    xmp = xmp_packet(title="黄河", creators=["张伟"], digital_source_type="humanEdits")
    credentials = store(manifest("urn:c2pa:1", actions=[created("digitalCapture")]))
    iptc = iptc_block(caption="黄河", byline="张伟")
    made = {
        "tags": [exif],
        "xmp": [xmp, xmp.decode().encode("utf-16-le")],
        "iptc": [iptc, iptc_block(caption="黄河", encoding="gb18030", declared=False)],
        "icc": [icc_profile()],
        "credentials": [credentials],
    }
    if target in made:
        return made[target]
    jpeg = make_jpeg(width_px=32, height_px=32, xmp=xmp, icc=icc_profile(), iptc=iptc, thumbnail=True)
    hostile = [data for make in HOSTILE.values() if len(data := make()) <= LONGEST_BYTES]
    return [jpeg, png((b"caBX", credentials)), b"II*\0" + exif[4:], *hostile]


def fuzz(target: str, *, seconds: int, folder: Path) -> None:
    """Fuzz one target in this process, which ends with it."""
    read, refusals = TARGETS[target]

    def once(data: bytes) -> None:
        try:
            read(data)
        except refusals:
            return

    for number, seed in enumerate(seeds(target)):
        (folder / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-timeout={HANG_S}", f"-rss_limit_mb={MEMORY_MIB}"]
    options += [f"-max_len={LONGEST_BYTES}", f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, str(folder)], once)
    atheris.Fuzz()


def main() -> int:
    """Fuzz all targets, or those named, one after the other; 1 where one found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all by default")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.targets) - set(TARGETS):
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    if given.here:
        fuzz(given.targets[0], seconds=given.seconds, folder=given.here)
    found = []
    for target in given.targets or TARGETS:
        print(f"{target}, {given.seconds} s", flush=True)
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            command = [sys.executable, __file__, target, "--seconds", str(given.seconds), "--here", folder]
            if subprocess.run(command, check=False).returncode:
                found.append(target)
    print(f"found something in: {', '.join(found) or 'nothing'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
