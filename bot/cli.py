"""`greenroom …`: arguments, and what the process prints and returns."""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

LONGEST_ANSWER_FILE = 1_000_000
"""Bytes read of an answer's file; what is over 20,000 characters is refused with a sentence."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave the process with its exit code: 0 done, 1 something failed, 2 not done and why."""
    # Loading makes some 200,000 objects that all stay: looking for garbage among them again and again costs a tenth
    # of the start. Later a collection every 50,000 objects is as good as one every 700.
    gc.set_threshold(50_000, 20, 20)
    try:
        parsed = _parser().parse_args(arguments)
        code = parsed.do(parsed)
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (OSError, ValueError) as error:
        # What the house raises on purpose: sentences that say what to do next.
        print(error, file=sys.stderr)
        code = 2
    sys.exit(code)


# ---------------------------------------------------------------- commands
def _run(parsed: argparse.Namespace) -> int:
    from bot import serving

    settings = _settings(parsed)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in ("alembic", "apscheduler"):  # they log each look at the clock
        logging.getLogger(library).setLevel("WARNING")
    say = partial(print, flush=True)
    return asyncio.run(serving.run(settings.database_url, partial(_bank, parsed), os.environ, say))


def _health(parsed: argparse.Namespace) -> int:
    from bot import serving

    return _say(serving.health(_settings(parsed).database_url))


def _try(parsed: argparse.Namespace) -> int:
    from bot import serving

    logging.basicConfig(level="CRITICAL")
    bank = _bank(parsed)
    if parsed.script is None:
        url = parsed.db or f"sqlite:///{Path('.greenroom') / 'try.db'}"
        return asyncio.run(serving.converse(url, bank, os.environ))
    lines = tuple(_text(parsed.script).splitlines())
    if parsed.db is not None:
        script = serving.Script(lines, parsed.db, parsed.json)
        return serving.play(script, bank, partial(_bank, parsed), os.environ)
    with tempfile.TemporaryDirectory(prefix="greenroom-", ignore_cleanup_errors=True) as folder:
        script = serving.Script(lines, f"sqlite:///{Path(folder) / 'try.db'}", parsed.json)
        return serving.play(script, bank, partial(_bank, parsed), os.environ)


def _questions(parsed: argparse.Namespace) -> int:
    from bot.bank import commands

    folder = _folder(parsed)
    match parsed.what:
        case "check":
            from bot.coaching import trial

            return _say(commands.check(folder, trial.findings(folder)))
        case "reload":
            return _reload(parsed, folder)
        case "list":
            filters = {name: value for name in _FILTERS if (value := getattr(parsed, name))}
            return _say(commands.list_questions(folder, as_json=parsed.json, filters=filters))
        case "show":
            return _say(commands.show(folder, parsed.id))
        case "stats":
            return _say(commands.stats(folder))
        case _:
            name = "" if parsed.page == "-" else parsed.page
            return _say(commands.import_page(_bytes(parsed.page), Path(parsed.into), name))


def _reload(parsed: argparse.Namespace, folder: Path) -> int:
    from bot import serving
    from bot.coaching import trial

    def wrong() -> list[str]:
        return [str(finding) for finding in trial.findings(folder) if finding.severity == "error"]

    return _say(serving.reload(_settings(parsed).database_url, wrong))


def _grade(parsed: argparse.Namespace) -> int:
    from bot.coaching import commands

    bank = _bank(parsed)
    if parsed.batch is not None:
        return _say(commands.grade_batch(bank, _text(parsed.batch).splitlines()))
    if parsed.id is None or parsed.answer_file is None:
        raise ValueError("Name a question and a file: greenroom grade ID --answer-file FILE, or --batch FILE.")
    return _say(commands.grade(bank, parsed.id, _text(parsed.answer_file), as_json=parsed.json))


def _calibrate(parsed: argparse.Namespace) -> int:
    from bot.coaching import calibrate_command

    bank = _bank(parsed)
    return _say(calibrate_command.calibrate(bank, _bytes(parsed.file), parsed.file, as_json=parsed.json))


def _queue(parsed: argparse.Namespace) -> int:
    from bot.delivery import commands
    from bot.wiring import open_database

    database = open_database(_settings(parsed).database_url)
    try:
        return _say(commands.queue(database, parsed.what, getattr(parsed, "numbers", [])))
    finally:
        database.close()


# ---------------------------------------------------------------- parts
_FILTERS = ("level", "format", "category", "skill", "company", "set")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="greenroom", description="The interview-practice bot for study groups.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, help_: str, do: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help_, description=help_)
        command.set_defaults(do=do)
        command.add_argument("--bank", metavar="DIR", help="a folder of questions instead of the one that comes along")
        return command

    trying = add("try", "talk with Greenroom in this terminal, or play a script", _try)
    trying.add_argument("--script", metavar="FILE", help="a script, - for standard input")
    trying.add_argument("--json", action="store_true", help="print one object a line for each thing shown")
    trying.add_argument("--db", metavar="URL", help="a database to use and keep, as sqlite:///file.db")
    for name, help_, do in (
        ("run", "serve every platform whose settings are in the environment", _run),
        ("health", "tell whether a Greenroom works on the database", _health),
    ):
        add(name, help_, do).add_argument("--db", metavar="URL", help="instead of GREENROOM_DATABASE_URL")
    grading = add("grade", "assess an answer with the offline coach", _grade)
    grading.add_argument("id", nargs="?", metavar="ID", help="a question of the bank")
    grading.add_argument("--answer-file", metavar="FILE", help="the answer, - for standard input")
    grading.add_argument("--batch", metavar="IN.jsonl", help='lines {"question", "answer"}; prints one result a line')
    grading.add_argument("--json", action="store_true", help="print the result as JSON")
    calibrating = add("calibrate", "compare the offline coach with people who graded the same answers", _calibrate)
    calibrating.add_argument("file", metavar="FILE", help="graded answers as CSV or JSON lines, - for standard input")
    calibrating.add_argument("--json", action="store_true", help="print the figures as JSON")
    _add_questions(add("questions", "look at the bank, check it, add to it", _questions))
    queue = add("queue", "dead letters: what was given up", _queue)
    queue.add_argument("--db", metavar="URL", help="instead of GREENROOM_DATABASE_URL")
    what = queue.add_subparsers(dest="what", required=True, metavar="list|retry|drop")
    what.add_parser("list", help="show them")
    for name, help_ in (("retry", "let them run again"), ("drop", "give them up for good")):
        one = what.add_parser(name, help=help_)
        one.add_argument("numbers", nargs="+", metavar="NUMBER|all", help="numbers that `queue list` shows")
    for name in _adapters_with_commands():
        # What follows is the adapter's to read, `--help` too: so nothing begins an option here.
        platform = commands.add_parser(
            name, help=f"what {name.title()} needs to be told", add_help=False, prefix_chars="\0"
        )
        platform.set_defaults(do=partial(_platform, name))
        platform.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _adapters_with_commands() -> list[str]:
    """Return the adapters that add to the command line; looked up without loading any of them."""
    found = find_spec("adapters")
    roots = [Path(root) for root in (found.submodule_search_locations or ())] if found else []
    return sorted(path.parent.name for root in roots for path in root.glob("*/commands.py"))


def _platform(name: str, parsed: argparse.Namespace) -> int:
    return _say(import_module(f"adapters.{name}.commands").run(parsed.arguments))


def _add_questions(questions: argparse.ArgumentParser) -> None:
    what = questions.add_subparsers(dest="what", required=True, metavar="check|list|show|stats|import|reload")

    def add(name: str, help_: str) -> argparse.ArgumentParser:
        command = what.add_parser(name, help=help_)
        command.add_argument(
            "--bank", metavar="DIR", default=argparse.SUPPRESS, help="a folder of questions instead of the usual one"
        )
        return command

    add("check", "everything that an author should mend")
    add("stats", "how many questions there are of what")
    add("show", "one question, as a learner sees it after answering").add_argument("id", metavar="ID")
    listing = add("list", "the questions of the bank")
    listing.add_argument("--json", action="store_true", help="print an array of whole questions")
    for name in _FILTERS:
        listing.add_argument(f"--{name}", metavar="WORD", help=f"only this {name}")
    reloading = add("reload", "let a running Greenroom take the bank as it is now")
    reloading.add_argument("--db", metavar="URL", help="instead of GREENROOM_DATABASE_URL")
    importing = add("import", "add the questions of a pasted page to a folder")
    importing.add_argument("page", metavar="PAGE", nargs="?", default="-", help="a file, - for standard input")
    importing.add_argument("--into", metavar="DIR", required=True, help="the folder to add to")


def _settings(parsed: argparse.Namespace):  # type: ignore[no-untyped-def]
    from bot.settings import Settings

    settings = Settings()
    url = getattr(parsed, "db", None)
    return settings.model_copy(update={"database_url": url}) if url else settings


def _folder(parsed: argparse.Namespace) -> Path:
    if parsed.bank:
        return Path(parsed.bank)
    from bot.bank.schema import HOME

    # The settings' library takes a tenth of a second to load: only where something is set.
    configured = _settings(parsed).bank if os.environ.get("GREENROOM_BANK") else None
    return configured or HOME


def _bank(parsed: argparse.Namespace):  # type: ignore[no-untyped-def]
    from bot.bank.cache import default_directory
    from bot.bank.load import load

    return load(_folder(parsed), default_directory(os.environ))


def _bytes(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise OSError(f"{path} cannot be read ({why}). Check the name, or give - to read standard input.") from error


def _text(path: str) -> str:
    raw = _bytes(path)
    if len(raw) > LONGEST_ANSWER_FILE and not path.endswith(".jsonl"):
        raise ValueError(f"{path} has {len(raw):,} bytes; at most {LONGEST_ANSWER_FILE:,} are read. Shorten it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text (byte {error.start}). Save it as UTF-8 and try again.") from error


def _say(outcome: tuple[int, str]) -> int:
    code, text = outcome
    if text:
        print(text, file=sys.stdout if code == 0 else sys.stderr)
    return code


if __name__ == "__main__":
    main()
