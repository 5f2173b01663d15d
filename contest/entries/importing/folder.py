"""The files that a roster names, found in one folder and nowhere else."""

import os
import re
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import Final

from contest.entries.rules import same_name
from contest.kernel.errors import Invalid, Missing

# Between file names in one cell. A comma and a slash may belong to a name, so a comma divides only where nothing is
# called like the whole.
_DIVIDERS: Final = re.compile(r"[;；，、|\r\n]")


class Folder:
    """A folder's files by name, whatever case and Unicode form a roster writes them in.

    Links that lead out of the folder are refused, and nothing above it can be named.
    """

    def __init__(self, root: Path) -> None:
        if not root.is_dir():
            raise Missing("import.no_folder", folder=str(root))
        self._root = root.resolve()
        self._by_path: dict[str, Path] = {}
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[str, list[Path]] = defaultdict(list)
        for place, folders, names in os.walk(self._root):
            folders.sort()
            for name in sorted(names):
                if name.startswith("."):
                    continue
                path = Path(place, name)
                self._by_path[same_name(path.relative_to(self._root).as_posix())] = path
                self._by_name[same_name(name)].append(path)
                self._by_stem[same_name(path.stem)].append(path)

    def files_named(self, cell: str) -> list[Path]:
        """Find the files that a cell names, in its order.

        Raises:
            Missing: ``import.file_missing`` with the ``name``.
            Invalid: ``import.no_files``; ``import.file_outside``, it leads out of the folder;
                ``import.file_unclear``, several are called so; ``import.file_twice``.
        """
        found: list[Path] = []
        for part in _DIVIDERS.split(cell):
            name = part.strip()
            if not name:
                continue
            try:
                found.append(self._file(name))
            except Missing:
                if "," not in name:
                    raise
                found += [self._file(one.strip()) for one in name.split(",") if one.strip()]
        if not found:
            raise Invalid("import.no_files")
        for path in found:
            if found.count(path) > 1:
                raise Invalid("import.file_twice", name=path.name)
        return found

    def _file(self, name: str) -> Path:
        asked = PurePosixPath(name.replace("\\", "/"))
        if asked.is_absolute() or ".." in asked.parts or re.match(r"[A-Za-z]:", name):
            raise Invalid("import.file_outside", name=name)
        path = self._by_path.get(same_name(asked.as_posix()))
        if path is None and len(asked.parts) == 1:
            path = self._only(self._by_name.get(same_name(name), []), name)
        if path is None and len(asked.parts) == 1:
            path = self._only(self._by_stem.get(same_name(name), []), name)
        if path is None:
            raise Missing("import.file_missing", name=name)
        if not path.resolve().is_relative_to(self._root):
            raise Invalid("import.file_outside", name=name)
        if not path.is_file():
            raise Missing("import.file_missing", name=name)
        return path

    @staticmethod
    def _only(paths: list[Path], name: str) -> Path | None:
        if len(paths) > 1:
            raise Invalid("import.file_unclear", name=name)
        return paths[0] if paths else None
