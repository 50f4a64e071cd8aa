"""What an earlier start has read of a bank, kept in one file, so that a large bank loads in a tenth of the time.

An entry counts only while its file has the size and the times that it had when it was read.  The whole file is
ignored, and written anew, if it is damaged, not ours, or made by other code: nothing but time is lost with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from itertools import accumulate, pairwise, repeat
from pathlib import Path
from typing import Any

from bot.bank.model import Flag, Point, Probe, Question

Stamp = tuple[int, int, int]
"""Size in bytes, and the times of the last change of content and of anything, in nanoseconds."""
NOWHERE: Stamp = (-1, 0, 0)
_SETTLED = 2_000_000_000
"""Nanoseconds between a file's change and our reading from which a second change must show: FAT keeps two seconds."""
_READERS = ("cache", "convert", "document", "file", "load", "model", "rules", "schema")
"""Modules that decide what a file means: an edit of one outdates what the older one has read."""
_LISTS = ("skills", "principles", "rounds", "inferred")
_PARTS: Mapping[str, type[Any]] = {"points": Point, "flags": Flag, "probes": Probe}
_NAMES = {kind: [f.name for f in fields(kind)] for kind in (Question, Point, Flag, Probe)}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a folder: the skills, and each question with the stamp of its file, by category/name."""

    skills: Mapping[str, str] | None = None
    questions: Mapping[str, tuple[Stamp, Question]] = field(default_factory=dict)


def default_directory(environ: Mapping[str, str]) -> Path | None:
    """Return where a person's caches belong (XDG Base Directory Specification), or None if there is no such place."""
    base = environ.get("XDG_CACHE_HOME", "")
    if not Path(base).is_absolute():
        home = environ.get("HOME", "")
        if not Path(home).is_absolute():
            return None
        base = str(Path(home) / ".cache")
    return Path(base) / "greenroom"


def stamp_of(path: Path | os.DirEntry[str]) -> Stamp:
    """Return the stamp of a file, NOWHERE if it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return NOWHERE
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def recall(directory: Path, folder: Path, basis: Mapping[str, Stamp]) -> Kept:
    """Return what is still known of a folder, as far as `basis` (the files that all else rests on) is unchanged.

    Entries whose files changed just before they were read are left out: a later change would not show.
    """
    try:
        with _file(directory, folder).open("rb") as file:
            status = os.fstat(file.fileno())
            if not _ours(status):
                return Kept()
            head, _, body = file.read().partition(b"\n")
        settled = status.st_mtime_ns - _SETTLED
        if any(max(stamp[1:]) > settled for stamp in basis.values()) or head != _head(folder, basis, body):
            return Kept()
        data = json.loads(body)
        entries = zip(data["files"], map(tuple, data["stamps"]), _questions(data["questions"]), strict=True)
        questions = {name: (stamp, question) for name, stamp, question in entries if max(stamp[1:]) <= settled}
        return Kept(dict(data["skills"]), questions)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Kept()


def keep(directory: Path, folder: Path, basis: Mapping[str, Stamp], kept: Kept) -> None:
    """Replace what is known of a folder; where that cannot be written, the next start reads the bank again."""
    entries = kept.questions.values()
    data: dict[str, Any] = {
        "skills": kept.skills,
        "files": [*kept.questions],
        "stamps": [stamp for stamp, _ in entries],
    }
    data["questions"] = _columns([question for _, question in entries])
    body = json.dumps(data, separators=(",", ":")).encode()
    with suppress(OSError):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".bank-", dir=directory)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(folder, basis, body) + b"\n" + body)
            Path(name).replace(_file(directory, folder))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _file(directory: Path, folder: Path) -> Path:
    return directory / f"bank-{hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:20]}.json"


def _head(folder: Path, basis: Mapping[str, Stamp], body: bytes) -> bytes:
    """Return the first line of a cache file: equal only for the same folder, code, basis and an unhurt body."""
    here = Path(__file__).parent
    code = {name: stamp_of(here / f"{name}.py") for name in _READERS}
    parts = {
        "greenroom": "bank",
        "folder": os.fsencode(folder.absolute()).hex(),
        "code": code,
        "fields": list(_NAMES.values()),
    }
    parts |= {"basis": basis, "body": hashlib.sha256(body).hexdigest()}
    return json.dumps(parts, sort_keys=True).encode()


def _ours(status: os.stat_result) -> bool:
    """Tell whether nobody but this user can have written a file (where the system tells)."""
    if not stat.S_ISREG(status.st_mode):
        return False
    return os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


# ---------------------------------------------------------------- questions as columns: one list for each key
def _columns(questions: Sequence[Question]) -> dict[str, Any]:
    """Return questions as lists side by side: a third of the time of rows, since few small objects are made."""
    data: dict[str, Any] = {name: [getattr(q, name) for q in questions] for name in _NAMES[Question]}
    for key, kind in _PARTS.items():
        parts = [part for held in data[key] for part in held]
        data[key] = {name: [getattr(part, name) for part in parts] for name in _NAMES[kind]}
        data[key][""] = [len(getattr(question, key)) for question in questions]
    return data


def _questions(data: dict[str, Any]) -> list[Question]:
    for key, kind in _PARTS.items():
        lengths = data[key].pop("")
        if "cues" in data[key]:
            data[key]["cues"] = list(map(tuple, data[key]["cues"]))
        ends = list(accumulate(lengths, initial=0))
        parts = _made(kind, data[key], ends[-1])
        data[key] = [tuple(parts[start:end]) for start, end in pairwise(ends)]
    for key in _LISTS:
        data[key] = list(map(tuple, data[key]))
    return _made(Question, {name: data[name] for name in _NAMES[Question]}, len(data["id"]))


def _made(kind: type[Any], columns: Mapping[str, list[Any]], count: int) -> list[Any]:
    """Return frozen objects, filled slot by slot for all at once: calling each one's constructor takes ten times it."""
    made = list(map(object.__new__, repeat(kind, count)))
    for name in _NAMES[kind]:
        if len(columns[name]) != count:
            raise ValueError("columns of different lengths")
        deque(map(getattr(kind, name).__set__, made, columns[name]), maxlen=0)
    return made
