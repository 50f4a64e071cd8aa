"""The cache of a bank: the same bank, sooner; and never a wrong one."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bank_samples import LOST_ORDERS, VALID, bank_of

from bot.bank.cache import default_directory
from bot.bank.load import BankError, load


def cached(folder: Path) -> tuple[Path, Path]:
    """Return the folder of a cache that was filled, and its file, as old as if the bank had rested since."""
    cache = folder / "cache"
    load(folder / "bank", cache)
    (file,) = cache.iterdir()
    settle(file)
    return cache, file


def settle(file: Path) -> None:
    ahead = time.time() + 60
    os.utime(file, (ahead, ahead))


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return bank_of(tmp_path / "bank", lost_orders=VALID, found_orders=VALID.replace("lost-orders", "found-orders"))


def test_cache_gives_the_same_bank_without_reading_it(tmp_path: Path, bank: Path) -> None:
    plain = load(bank)
    cache, file = cached(tmp_path)
    before = file.stat()
    found = load(bank, cache)
    assert (found, list(found.questions), repr(found)) == (plain, list(plain.questions), repr(plain))
    assert found.questions["lost-orders"] == LOST_ORDERS
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_cache_is_used(tmp_path: Path, bank: Path) -> None:
    cache, file = cached(tmp_path)
    path = bank / "incidents" / "lost-orders.yaml"
    status = path.stat()
    path.write_text(path.read_text("utf-8").replace("Orders", "Drones"), "utf-8")
    assert "Drones" in load(bank, cache).questions["lost-orders"].prompt
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    settle(file)
    assert "Drones" in load(bank, cache).questions["lost-orders"].prompt


@pytest.mark.parametrize("name", ["one", "two"])
def test_cache_sees_new_changed_and_removed_files(tmp_path: Path, bank: Path, name: str) -> None:
    cache, file = cached(tmp_path)
    bank_of(bank, **{name: VALID.replace("lost-orders", name)})
    (bank / "incidents" / "found-orders.yaml").unlink()
    (bank / "incidents" / "lost-orders.yaml").write_text(VALID.replace("mid", "lead"), "utf-8")
    for _ in range(2):
        found = load(bank, cache)
        assert {key: q.level for key, q in found.questions.items()} == {"lost-orders": "lead", name: "mid"}
        settle(file)


def test_cache_does_not_trust_what_changed_just_before_it_was_written(tmp_path: Path, bank: Path) -> None:
    cache, file = cached(tmp_path)
    status = (bank / "incidents" / "lost-orders.yaml").stat()
    os.utime(file, ns=(status.st_mtime_ns, status.st_ctime_ns + 1))
    load(bank, cache)
    assert file.stat().st_mtime_ns > status.st_ctime_ns + 1  # written anew


def test_cache_sees_a_skill_that_is_gone(tmp_path: Path, bank: Path) -> None:
    (bank / "skills.yaml").write_text("juggling: {name: juggling, help: Drops none.}\n")
    bank_of(bank, lost_orders=VALID.replace("triage", "juggling"))
    cache, _ = cached(tmp_path)
    (bank / "skills.yaml").unlink()
    with pytest.raises(BankError, match="there is no skill 'juggling'"):
        load(bank, cache)


def test_cache_keeps_no_finding_silent(tmp_path: Path, bank: Path) -> None:
    bank_of(bank, broken=VALID.replace("mid", "middle"), twice=VALID)
    found = []
    for _ in range(2):
        with pytest.raises(BankError) as caught:
            load(bank, tmp_path / "cache")
        found.append(caught.value.findings)
        (file,) = (tmp_path / "cache").iterdir()
        settle(file)
    assert found[0] == found[1]
    assert len(found[0]) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"Orders", b"Drones"),
        lambda data: b"\x80\x04pickle" + data,
        lambda data: b"[" * 100_000,
        lambda data: data.partition(b"\n")[0] + b"\n{}",
    ],
)
def test_cache_that_is_damaged_or_foreign_is_ignored_and_mended(tmp_path: Path, bank: Path, spoil: object) -> None:
    plain = load(bank)
    cache, file = cached(tmp_path)
    data = file.read_bytes()
    file.write_bytes(spoil(data))  # type: ignore[operator]
    settle(file)
    assert load(bank, cache) == plain
    assert file.read_bytes() == data


def test_cache_that_others_can_write_is_ignored(tmp_path: Path, bank: Path) -> None:
    cache, file = cached(tmp_path)
    file.chmod(0o666)
    assert load(bank, cache) == load(bank)
    assert file.stat().st_mode & 0o777 == 0o600


def test_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, bank: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert load(bank, tmp_path / "file") == load(bank)
    assert (tmp_path / "file").read_text() == "no folder"


def test_cache_of_two_banks_are_two_files(tmp_path: Path, bank: Path) -> None:
    other = bank_of(tmp_path / "other", other=VALID.replace("lost-orders", "other"))
    assert [list(load(folder, tmp_path / "cache").questions) for folder in (bank, other, bank, other)] == [
        ["found-orders", "lost-orders"],
        ["other"],
    ] * 2
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_cache_used_by_several_at_once_stays_whole(tmp_path: Path, bank: Path) -> None:
    plain = load(bank)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: load(bank, tmp_path / "cache"), range(24))) == [plain] * 24
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".json"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, Path("/c/greenroom")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, Path("/h/.cache/greenroom")),
        ({"HOME": "/h"}, Path("/h/.cache/greenroom")),
        ({}, None),
    ],
)
def test_cache_stands_where_the_person_keeps_caches(environ: dict[str, str], expected: Path | None) -> None:
    assert default_directory(environ) == expected


def test_cache_of_a_thousand_questions_loads_in_a_tenth_of_a_second(tmp_path: Path) -> None:
    long = "prompt: " + "Orders vanish between the shop and the warehouse, and nobody knows since when. " * 20
    text = VALID.replace("prompt: Orders vanish between the shop and the warehouse. What do you do?", long)
    for number in range(1000):
        bank_of(tmp_path / "bank", **{f"q_{number}": text.replace("lost-orders", f"q-{number}")})
    cache, _ = cached(tmp_path)
    taken = []
    for _ in range(3):
        started = time.process_time()
        assert len(load(tmp_path / "bank", cache).questions) == 1000
        taken.append(time.process_time() - started)
    assert min(taken) < 0.2, f"{min(taken):.3f} s"  # 0.03 s on a quiet machine; full questions take 0.06 s
