"""What holds for every file of the repository, whoever writes it."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve()
LONGEST = 400
"""Lines of a file of the house: one concern, still to be read in one sitting."""
TOP = {
    ".ci",
    ".dockerignore",
    ".gitignore",
    "CHANGELOG.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "adapters",
    "bot",
    "compose.yaml",
    "docs",
    "pyproject.toml",
    "questions",
    "requirements.lock",
    "tests",
}
NEEDED = ("Dockerfile", "LICENSE", "Makefile", "README.md", "adapters", "bot", "questions", "tests")
MADE = re.compile(
    r"__pycache__|\.emulator|\.venv|\.git|\.hypothesis|\.greenroom|build|\.\w+_cache|[\w.-]+\.egg-info|uv\.lock|[\w.-]+\.db(-shm|-wal|\.lock)?"
)
"""What commands leave behind; .gitignore keeps it out."""
REGISTRIES = ("pypi.org", "pythonhosted", "/simple/", "artifactory", "nexus", "index-url", "extra-index", "find-links")
MACHINES = re.compile(r"(?<![\w.])/(?:home|Users|root|work|workspace|mnt|opt)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplemented|\b[Ss]tub(?:s|bed)?\b")


def files() -> Iterator[Path]:
    """Give every file of the tree, as git would take it; without git, as .gitignore means it."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not MADE.fullmatch(name)]
        yield from (Path(folder, name) for name in names if not MADE.fullmatch(name))


def name_of(path: Path) -> str:
    """Return a file's name from the root on."""
    return path.relative_to(ROOT).as_posix()


TEXTS = {name_of(path): path.read_text(encoding="utf-8") for path in sorted(files())}
CODE = {name: text for name, text in TEXTS.items() if name.endswith(".py")}


def found(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Return where a pattern stands, as file:line: text."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def without(*names: str) -> dict[str, str]:
    """Return the texts but those of some files, this one included: it has to write down what it looks for."""
    return {name: text for name, text in TEXTS.items() if name not in {name_of(HERE), *names}}


def test_top_level_holds_what_the_design_names() -> None:
    there = {name.split("/")[0] for name in TEXTS}
    assert there - TOP == set()
    assert [name for name in NEEDED if name not in there] == []


def test_tree_is_what_git_would_take() -> None:
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if run.returncode:
        assert not (ROOT / ".git").exists(), run.stderr
        return
    assert [name for name in TEXTS if name not in run.stdout.splitlines()] == []


def test_file_of_the_house_is_one_concern() -> None:
    sizes = {name: len(text.splitlines()) for name, text in CODE.items() if name.startswith(("bot/", "adapters/"))}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


SPEECH = ("questions/", "tests/unit/coaching/answers/")


def test_nothing_names_a_registry() -> None:
    pattern = re.compile("|".join(map(re.escape, REGISTRIES)))
    # The image installs what it verified from its own folder, and names it so.
    assert [line for line in found(pattern, without()) if "--no-index --find-links verified" not in line] == []


def test_nothing_names_a_machine() -> None:
    assert found(MACHINES, without()) == []


def test_nothing_is_unfinished() -> None:
    ours = {name: text for name, text in without().items() if name.endswith((".py", ".md", ".yaml"))}
    # Questions and answers to them speak of stubs and of work left undone, as engineers do.
    assert found(UNFINISHED, {name: text for name, text in ours.items() if not name.startswith(SPEECH)}) == []


def test_nothing_is_skipped_for_ever() -> None:
    pattern = re.compile(r"mark\.(?:skip\b|xfail)|pytest\.xfail")
    assert found(pattern, {name: text for name, text in without().items() if name.endswith(".py")}) == []


def test_lint_that_is_switched_off_has_a_reason() -> None:
    pattern = re.compile(r"#\s*noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* - \w)")
    assert (
        found(pattern, {name: text for name, text in without().items() if name.startswith(("bot/", "adapters/"))}) == []
    )


def test_packages_are_packages() -> None:
    folders = {name.rsplit("/", 1)[0] for name in CODE if name.startswith(("bot/", "adapters/"))}
    assert [folder for folder in sorted(folders) if f"{folder}/__init__.py" not in CODE] == []


def test_modules_of_tests_have_names_of_their_own() -> None:
    names = Counter(name.rsplit("/", 1)[1] for name in CODE if name.startswith("tests/"))
    allowed = {"__init__.py", "__main__.py", "conftest.py"}
    doubled = {name for name, count in names.items() if count > 1} - allowed
    # A helper may share its name with another where it is always imported by its whole path.
    bare = {f"{word}.py" for text in CODE.values() for word in re.findall(r"(?m)^(?:from|import) (\w+)\b", text)}
    assert {name for name in doubled if name.startswith("test_") or name in bare} == set()


def test_lock_is_pinned_hashed_and_without_address() -> None:
    lock = TEXTS["requirements.lock"]
    assert re.findall(r"\S*://\S*|^-.*", lock, re.M) == []
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)[1:]
    pinned = re.compile(
        r"[\w.-]+==[\w.]+(?: ; [^\n\\]+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+(?:    #[^\n]*\n)*"
    )
    assert [entry.splitlines()[0] for entry in entries if not pinned.fullmatch(entry)] == []


def test_lock_holds_every_dependency() -> None:
    project = tomllib.loads(TEXTS["pyproject.toml"])
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    locked = set(re.findall(r"(?m)^([\w.-]+)==", TEXTS["requirements.lock"]))
    names = [re.sub(r"[-_.]+", "-", name[0].lower()) for one in wanted if (name := re.match(r"[\w.-]+", one))]
    assert [name for name in names if name not in locked] == []


def test_image_takes_only_what_runs() -> None:
    allowed = [line[1:] for line in TEXTS[".dockerignore"].splitlines() if line.startswith("!")]
    assert allowed == ["adapters", "bot", "questions", "pyproject.toml", "requirements.lock"]
    copied = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", TEXTS["Dockerfile"])
    assert sorted(" ".join(copied).split()) == sorted(allowed)


@pytest.mark.parametrize("name", [".ci/run"])
def test_script_may_be_run(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)
    assert TEXTS[name].startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in TEXTS[name]
