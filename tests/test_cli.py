"""The command line: exit codes, sentences, and never a stack trace."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot import cli
from bot.delivery.database_queue import DatabaseQueue
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.tables import jobs

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "certificate-expired-at-night"
ANSWER = (
    "I acknowledge the page and look which partners fail. I check the expiry date with openssl on one host. "
    "I wake the second on call, because I have no access to the vault."
)
EXAMPLE = """\
id: {id}
prompt: Tell me about a build that you made faster, and how you found out where the time went.
level: junior
format: behavioural
difficulty: easy
points:
  - id: measured
    skill: diagnosis
    text: Measure each step of the build before changing one.
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def greenroom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """Give `greenroom …`: exit code, output and error output. What escapes it would be a stack trace."""
    for name in [name for name in os.environ if name.startswith("GREENROOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        shown = capsys.readouterr()
        return int(str(ended.value.code)), shown.out, shown.err

    return run


@pytest.fixture
def own_bank(tmp_path: Path) -> Path:
    """Give a bank of one question."""
    (tmp_path / "own" / "stories").mkdir(parents=True)
    (tmp_path / "own" / "stories" / "faster-build.yaml").write_text(EXAMPLE.format(id="faster-build"), encoding="utf-8")
    return tmp_path / "own"


def process(
    *arguments: str, folder: Path, stdin: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `greenroom …` as a process of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GREENROOM_")}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=folder,
        env={
            **environment,
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "XDG_CACHE_HOME": str(folder / "cache"),
            **(settings or {}),
        },
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# ---------------------------------------------------------------- arguments
@pytest.mark.parametrize("arguments", [(), ("serve",), ("questions",), ("queue",), ("grade", "--loud")])
def test_arguments_that_are_unknown_are_named(greenroom: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = greenroom(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: greenroom")


@pytest.mark.parametrize("command", ["try", "run", "health", "grade", "calibrate", "questions", "queue"])
def test_command_knows_bank_and_help(greenroom: Run, command: str) -> None:
    code, out, err = greenroom(command, "--help")
    assert (code, err) == (0, "")
    assert "--bank DIR" in out


@pytest.mark.parametrize(
    ("platform", "command", "purpose"),
    [
        ("slack", "manifest", "print the app manifest, to be pasted into Slack"),
        ("discord", "invite", "print the address that invites the bot to a server"),
    ],
)
def test_command_of_a_platform_is_listed_and_explains_itself(
    greenroom: Run, platform: str, command: str, purpose: str
) -> None:
    code, out, err = greenroom("--help")
    assert (code, err) == (0, "")
    [line] = [line.split(None, 1) for line in out.splitlines() if line.startswith(f"    {platform} ")]
    assert line == [platform, f"what {platform.title()} needs to be told"]
    code, out, err = greenroom(platform, "--help")
    assert (code, err) == (0, "")
    assert [" ".join(line.split()) for line in out.splitlines() if line.startswith(f"    {command}")] == [
        f"{command} {purpose}"
    ]


def test_invitation_without_a_setting_says_where_to_get_one(greenroom: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISCORD_TOKEN", "DISCORD_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    code, out, err = greenroom("discord", "invite")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("set DISCORD_CLIENT_ID (discord.com/developers/applications")
    code, out, err = greenroom("discord", "uninvite")
    assert (code, out) == (2, "")
    assert "invalid choice: 'uninvite'" in err


# ---------------------------------------------------------------- grade
def test_grade_prints_a_card(greenroom: Run, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_text(ANSWER, encoding="utf-8")
    code, out, err = greenroom("grade", QUESTION, "--answer-file", "answer.txt")
    assert (code, err) == (0, "")
    assert "offline coach" in out.splitlines()[0]


def test_grade_as_json_has_the_fixed_names(greenroom: Run) -> None:
    code, out, err = greenroom("grade", QUESTION, "--answer-file", "-", "--json", stdin=ANSWER)
    assert (code, err) == (0, "")
    shown = json.loads(out)
    wanted = {"question", "coach", "verdict", "reason", "score", "band", "points", "flags"}
    wanted |= {"dimensions", "strength", "fix", "probe"}
    assert (wanted - shown.keys(), shown["question"], shown["verdict"]) == (set(), QUESTION, "assessed")


def test_grade_batch_keeps_the_order(greenroom: Run, tmp_path: Path) -> None:
    names = (QUESTION, "address-to-page", QUESTION)
    lines = [
        json.dumps({"question": name, "answer": answer})
        for name, answer in zip(names, ("", ANSWER, ANSWER), strict=True)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    code, out, err = greenroom("grade", "--batch", "in.jsonl")
    assert (code, err) == (0, "")
    shown = [json.loads(line) for line in out.splitlines()]
    assert [one["question"] for one in shown] == list(names)
    assert [one["verdict"] for one in shown][::2] == ["not_enough_evidence", "assessed"]


def test_grade_of_an_unknown_question_offers_the_nearest(greenroom: Run) -> None:
    code, out, err = greenroom("grade", "certificate-expired-at-nigth", "--answer-file", "-", stdin=ANSWER)
    assert (code, out) == (2, "")
    assert QUESTION in err


def test_grade_without_a_question_says_what_to_type(greenroom: Run) -> None:
    assert greenroom("grade") == (
        2,
        "",
        "Name a question and a file: greenroom grade ID --answer-file FILE, or --batch FILE.\n",
    )


def test_grade_of_too_long_an_answer_says_the_limit(greenroom: Run) -> None:
    code, out, err = greenroom("grade", QUESTION, "--answer-file", "-", stdin="word " * 20_000)
    assert (code, out) == (2, "")
    assert "20,000" in err


def test_grade_of_what_is_no_text_says_so(greenroom: Run, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_bytes(b"caf\xe9")
    code, out, err = greenroom("grade", QUESTION, "--answer-file", "answer.txt")
    assert (code, out) == (2, "")
    assert err == "answer.txt is not UTF-8 text (byte 3). Save it as UTF-8 and try again.\n"


def test_calibrate_prints_figures_and_says_what_is_wrong(greenroom: Run) -> None:
    rows = "\n".join(f'{QUESTION},"{answer}",{mark}' for answer, mark in ((ANSWER, 2), ("", 0), ("I wait.", 1)))
    code, out, err = greenroom("calibrate", "-", "--json", stdin=f"question_id,answer,human_1\n{rows}\n")
    assert (code, err) == (0, "")
    assert json.loads(out)["answers"] == 3
    code, out, err = greenroom("calibrate", "-", stdin="question_id,answer\n")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade", QUESTION, "--answer-file", "absent.txt"),
        ("grade", "--batch", "absent.txt"),
        ("calibrate", "absent.txt"),
        ("try", "--script", "absent.txt"),
        ("questions", "import", "absent.txt", "--into", "own"),
    ],
)
def test_file_that_is_missing_is_named_in_a_sentence(greenroom: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = greenroom(*arguments)
    assert (code, out) == (2, "")
    assert "absent.txt" in err
    assert "Errno" not in err


# ---------------------------------------------------------------- the bank
def test_bank_option_means_that_folder_in_every_command(greenroom: Run, own_bank: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_text(ANSWER, encoding="utf-8")
    (tmp_path / "play.script").write_text("ana in dm: /practice\n", encoding="utf-8")
    at = ("--bank", str(own_bank))
    assert [line.split()[0] for line in greenroom("questions", "list", *at)[1].splitlines()[1:]] == ["faster-build"]
    assert greenroom("questions", *at, "list") == greenroom("questions", "list", *at)
    code, out, _ = greenroom("questions", "check", *at)
    assert (code, out.splitlines()[-1].split(",")[0]) == (0, "1 question")
    assert greenroom("questions", "show", "faster-build", *at)[0] == 0
    assert greenroom("questions", "show", QUESTION, *at)[0] == 2
    assert greenroom("questions", "stats", *at)[0] == 0
    assert greenroom("grade", "faster-build", "--answer-file", "answer.txt", *at)[0] == 0
    assert greenroom("grade", QUESTION, "--answer-file", "answer.txt", *at)[0] == 2
    assert "a build that you made faster" in " ".join(greenroom("try", "--script", "play.script", *at)[1].split())
    assert greenroom("run", *at)[0] == 2  # no platform, but the bank was read


@pytest.mark.parametrize(
    "arguments",
    [
        ("questions", "check"),
        ("questions", "list"),
        ("try", "--script", "-"),
        ("run",),
        ("grade", "--batch", "-"),
        ("calibrate", "-"),
    ],
)
def test_bank_that_is_broken_is_refused_with_file_and_line(
    greenroom: Run, own_bank: Path, arguments: tuple[str, ...]
) -> None:
    file = own_bank / "stories" / "broken.yaml"
    file.write_text(EXAMPLE.format(id="broken").replace("level: junior", "level: beginner"), encoding="utf-8")
    code, out, err = greenroom(*arguments, "--bank", str(own_bank), stdin="")
    assert (code, out) == (2, "")
    assert "broken.yaml:3: " in err


def test_bank_from_the_environment_is_used(greenroom: Run, own_bank: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_BANK", str(own_bank))
    assert "faster-build" in greenroom("questions", "list")[1]


# ---------------------------------------------------------------- the database
def test_database_of_a_newer_greenroom_is_refused(greenroom: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(database)
    with database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    for arguments in (("try", "--script", "-"), ("run",), ("health",), ("queue", "list")):
        words = [*arguments, "--db", "sqlite:///new.db"]
        words = ["queue", "--db", "sqlite:///new.db", "list"] if arguments[0] == "queue" else words
        code, out, err = greenroom(*words, stdin="")
        assert (code, out) == (2, "")
        assert "9999" in err
        assert "newer" in err


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://localhost/greenroom", "postgresql://user:secret@127.0.0.1:1/none"]
)
def test_database_that_cannot_be_reached_gets_a_sentence(greenroom: Run, url: str) -> None:
    code, out, err = greenroom("health", "--db", url)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "secret" not in err


def test_database_that_is_no_database_gets_a_sentence(greenroom: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are notes, and no database.\n" * 100, encoding="utf-8")
    code, out, err = greenroom("queue", "--db", "sqlite:///notes.db", "list")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_setting_that_means_nothing_gets_a_sentence(tmp_path: Path) -> None:
    ended = process("run", folder=tmp_path, settings={"GREENROOM_LOG_LEVEL": "loud"})
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "loud" in ended.stderr.lower()


# ---------------------------------------------------------------- health and queue
def test_health_without_a_process_is_one(greenroom: Run) -> None:
    assert greenroom("health") == (1, "", "No Greenroom works on this database. Start one with `greenroom run`.\n")


def test_health_beside_a_process_is_zero(greenroom: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'greenroom.db'}")
    migrate(database)
    lease = DatabaseQueue(database).lease()
    assert lease.take()
    try:
        assert greenroom("health") == (0, "Greenroom is well.\n", "")
    finally:
        lease.release()
        database.close()


def test_run_without_a_platform_says_what_is_missing(greenroom: Run) -> None:
    code, out, err = greenroom("run")
    assert (code, err) == (2, "")
    assert out.splitlines()[-1] == "No platform is set up, so there is nothing to serve. `greenroom try` needs none."


def test_queue_lists_retries_and_drops(greenroom: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'greenroom.db'}")
    migrate(database)
    with database.transaction() as tx:
        for key in ("one", "two"):
            tx.execute(insert(jobs), _dead(key))
    database.close()
    code, out, err = greenroom("queue", "list")
    assert (code, err, len(out.splitlines())) == (0, "", 3)
    first, second = (line.split()[0] for line in out.splitlines()[1:])
    assert greenroom("queue", "retry", first) == (0, "1 dead letter will be tried again.\n", "")
    code, out, err = greenroom("queue", "drop", "99")
    assert (code, out) == (2, "")
    assert "99" in err
    assert greenroom("queue", "drop", "soon")[0] == 2
    assert greenroom("queue", "drop", second) == (0, "1 dead letter dropped.\n", "")
    assert greenroom("queue", "list") == (0, "No dead letters.\n", "")


def _dead(key: str) -> dict[str, object]:
    at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    return {
        "kind": "post",
        "key": key,
        "lane": key,
        "priority": 0,
        "run_at": at,
        "ended_at": at,
        "state": "dead",
        "error": "Unreachable: the channel is gone",
        "body": "{}",
    }


# ---------------------------------------------------------------- a process of its own
def test_try_without_input_welcomes_and_ends(tmp_path: Path) -> None:
    ended = process("try", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "/practice" in ended.stdout


def test_try_quits_at_once(tmp_path: Path) -> None:
    ended = process("try", folder=tmp_path, stdin="/quit\n")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_try_with_a_line_that_means_nothing_ends_with_its_number(tmp_path: Path) -> None:
    ended = process("try", "--script", "-", folder=tmp_path, stdin="# first\nana in dm: /help\nwhatever this is\n")
    assert ended.returncode == 2
    assert ended.stderr.startswith("line 3: ")
    assert len(ended.stderr.splitlines()) == 1


def test_output_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot.cli questions list --json | head -n 1"
    ended = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "[\n", "")
