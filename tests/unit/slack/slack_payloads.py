"""What Slack sends, as small as its reference allows; and the referee, where it is at hand."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.inbound import Own

SPECS = Path(__file__).resolve().parents[3] / ".." / "shared" / "specs"
OWN = Own(team="T1", user="UBOT", bot="BBOT")
TS = "1796115600.000200"
ROOT = "1796115500.000100"


@cache
def referee() -> Any:
    """Return the checks of the platforms' own specifications; skips where they are absent."""
    path = SPECS / "referee.py"
    if not path.exists():
        pytest.skip("needs ../shared/specs/referee.py, which is not part of the repository")
    spec = importlib.util.spec_from_file_location("referee", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event(**inner: Any) -> dict[str, Any]:
    """Return an Events API payload."""
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 1796115600, "event": inner}


def said(text: str = "I would roll back.", channel: str = "D1", **more: Any) -> dict[str, Any]:
    """Return a message that a person wrote."""
    inner = {"type": "message", "channel": channel, "user": "UMIA", "text": text, "ts": TS, "event_ts": TS, **more}
    return event(**({"channel_type": "im" if channel.startswith("D") else "channel"} | inner))


def command(line: str = "/daily start 09:00", channel: str = "C1", **more: Any) -> dict[str, Any]:
    """Return a slash command."""
    name, _, text = line.partition(" ")
    return {
        "command": name,
        "text": text,
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "prep",
        "user_id": "UMIA",
        "user_name": "mia",
        "team_id": "T1",
        "trigger_id": "1796115600.1.abc",
        "response_url": "https://hooks.example/1",
        **more,
    }


def press(action: str = "0:whisper:hint", **more: Any) -> dict[str, Any]:
    """Return a press of a button of a message in a channel."""
    return {
        "type": "block_actions",
        "trigger_id": "1796115600.2.abc",
        "response_url": "https://hooks.example/2",
        "user": {"id": "UMIA", "username": "mia", "team_id": "T1"},
        "channel": {"id": "C1", "name": "prep"},
        "message": {"ts": TS},
        "container": {"type": "message", "message_ts": TS, "channel_id": "C1", "is_ephemeral": False},
        "actions": [{"action_id": action, "value": "tok-1", "action_ts": TS, "type": "button"}],
        **more,
    }


def submission(values: dict[str, str | None], metadata: str = "", **more: Any) -> dict[str, Any]:
    """Return a form that was sent off."""
    state = {"values": {name: {"value": {"type": "plain_text_input", "value": text}} for name, text in values.items()}}
    return {
        "type": "view_submission",
        "trigger_id": "1796115600.3.abc",
        "user": {"id": "UMIA", "name": "mia", "team_id": "T1"},
        "view": {"id": "V1", "callback_id": "answer", "private_metadata": metadata, "state": state},
        **more,
    }
