"""What Slack refuses: arguments, blocks and views of the wrong shape or size.

Shapes are judged by the referee, which checks them against what Slack publishes, where the folder with it lies beside
the repository; sizes are judged here too.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from adapters.slack.fake.model import JSON, Refused

REFEREE = Path(__file__).resolve().parents[3] / ".." / "shared" / "specs" / "referee.py"
TEXT, BLOCKS, HOME_BLOCKS, BLOCK_CHARACTERS = 40_000, 50, 100, 13_200
"""Sizes of a message: its text, its blocks, a home's blocks, and the characters of all blocks (undocumented, seen)."""
UNPUBLISHED = frozenset(("apps.connections.open",))
"""Methods that the referee's sources leave out."""
_BLOCKS: list[JSON] = [{"type": "divider"}]
_VIEW: JSON = {"type": "modal", "title": {"type": "plain_text", "text": "-"}, "blocks": _BLOCKS}


@cache
def referee() -> Any:
    """Return the referee, None where it is not there."""
    if not REFEREE.exists():
        return None
    spec = importlib.util.spec_from_file_location("slack_referee", REFEREE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(method: str, arguments: JSON) -> None:
    """Raise Refused as Slack would for arguments that no call of this method takes."""
    if len(arguments.get("text") or "") > TEXT:
        raise Refused("msg_too_long")
    if "blocks" in arguments:
        _check_blocks(arguments["blocks"])
    if "view" in arguments:
        _refuse("invalid_arguments", _view_errors(json.dumps(arguments["view"])))
    if method not in UNPUBLISHED and referee() is not None:
        # Each of many alternatives would check the blocks again: small ones stand in for what was checked above.
        checked = {"blocks": _BLOCKS if arguments.get("blocks") else [], "view": _VIEW}
        short = {name: checked.get(name, value) for name, value in arguments.items()}
        _refuse("invalid_arguments", _call_errors(method, json.dumps(short, sort_keys=True)))


def check_whisper(arguments: JSON) -> None:
    """Raise Refused for what a response address does not take."""
    known = {"text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "metadata"}
    _refuse("invalid_arguments", tuple(f"{name}: unknown" for name in sorted(set(arguments) - known)))
    if len(arguments.get("text") or "") > TEXT:
        raise Refused("msg_too_long")
    _check_blocks(arguments.get("blocks") or [])


def _check_blocks(blocks: Any) -> None:
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    if sum(map(_characters, blocks)) > BLOCK_CHARACTERS:
        raise Refused("msg_blocks_too_long")
    if len(blocks) > BLOCKS:
        _refuse("invalid_blocks", (f"no more than {BLOCKS} items allowed",))
    for block in blocks:
        _refuse("invalid_blocks", _block_errors(json.dumps(block)))


def _refuse(error: str, reasons: tuple[str, ...]) -> None:
    if reasons:
        messages = [f"[ERROR] {reason}" for reason in reasons]
        raise Refused(error, response_metadata={"messages": messages})


@cache
def _block_errors(block: str) -> tuple[str, ...]:
    return tuple(referee().slack_blocks_errors([json.loads(block)])) if referee() is not None else ()


@cache
def _view_errors(view: str) -> tuple[str, ...]:
    payload = json.loads(view)
    if len(payload.get("blocks", [])) > HOME_BLOCKS:
        return (f"no more than {HOME_BLOCKS} items allowed",)
    return tuple(referee().slack_view_errors(payload)) if referee() is not None else ()


@cache
def _call_errors(method: str, arguments: str) -> tuple[str, ...]:
    return tuple(referee().slack_call_errors(method, json.loads(arguments)))


def _characters(node: Any) -> int:
    if isinstance(node, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _characters(v) for k, v in node.items())
    return sum(map(_characters, node)) if isinstance(node, list) else 0
