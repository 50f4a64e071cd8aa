"""The forms of the terminal's world: the one that a person has before them, and those left half filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from adapters.terminal.world import tables
from bot.chat.model import Field, Form

_forms = Table(
    "terminal_forms",
    tables,
    Column("person", String(80), primary_key=True),
    Column("form", String(80), primary_key=True),
    Column("token", String(80), primary_key=True),
    Column("open", Boolean, nullable=False),
    Column("channel", String(120), nullable=False),
    Column("thread", String(20), nullable=False),
    Column("message", String(20), nullable=False),  # the message that carries the button; "" for a whisper
    Column("title", Text, nullable=False),
    Column("fields_json", JSON, nullable=False),
    Column("typed_json", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that a person has before them, or left half filled in; `message` carries the button that opened it."""

    person: str
    form: Form
    channel: str
    thread: str
    message: str


def open_form(tx: Connection, opened: OpenForm) -> OpenForm:
    """Put a form before a person, with what they had typed into it and left; return it so."""
    typed = tx.execute(select(_forms.c.typed_json).where(*_is(opened))).scalar_one_or_none() or {}
    tx.execute(update(_forms).where(_forms.c.person == opened.person).values(open=False))
    tx.execute(delete(_forms).where(*_is(opened)))
    values: dict[str, Any] = {
        "person": opened.person,
        "form": opened.form.id,
        "token": opened.form.token,
        "open": True,
        "channel": opened.channel,
        "thread": opened.thread,
        "message": opened.message,
        "title": opened.form.title,
        "fields_json": [asdict(f) for f in opened.form.fields],
        "typed_json": typed,
    }
    tx.execute(insert(_forms).values(**values))
    return filled(opened, typed)


def form_of(tx: Connection, person: str) -> OpenForm | None:
    """Return the form that a person has before them, with what was typed into it."""
    row = tx.execute(select(_forms).where(_forms.c.person == person, _forms.c.open)).mappings().one_or_none()
    return None if row is None else _form(row)


def forms_in(tx: Connection, channel: str, thread: str) -> list[OpenForm]:
    """Return the forms that are open at one address."""
    chosen = select(_forms).where(_forms.c.channel == channel, _forms.c.thread == thread, _forms.c.open)
    return [_form(row) for row in tx.execute(chosen.order_by(_forms.c.person)).mappings()]


def keep_form(tx: Connection, opened: OpenForm, typed: Mapping[str, str], *, still_open: bool) -> None:
    """Keep what was typed into a form, beside what was typed before; it stays open or is left."""
    before = tx.execute(select(_forms.c.typed_json).where(*_is(opened))).scalar_one_or_none() or {}
    tx.execute(update(_forms).where(*_is(opened)).values(typed_json={**before, **typed}, open=still_open))


def close_form(tx: Connection, opened: OpenForm) -> None:
    """Forget a form that was sent off."""
    tx.execute(delete(_forms).where(*_is(opened)))


def filled(opened: OpenForm, values: Mapping[str, str]) -> OpenForm:
    """Return the form with what was typed; fields without a value keep theirs."""
    fields = tuple(replace(f, value=values.get(f.name, f.value)) for f in opened.form.fields)
    return replace(opened, form=replace(opened.form, fields=fields))


def _is(opened: OpenForm) -> tuple[Any, ...]:
    return _forms.c.person == opened.person, _forms.c.form == opened.form.id, _forms.c.token == opened.form.token


def _form(row: RowMapping) -> OpenForm:
    form = Form(row["form"], row["title"], tuple(Field(**values) for values in row["fields_json"]), row["token"])
    return filled(OpenForm(row["person"], form, row["channel"], row["thread"], row["message"]), row["typed_json"])
