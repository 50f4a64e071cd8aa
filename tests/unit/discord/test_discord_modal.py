"""Forms as modals, and what comes back of them."""

from __future__ import annotations

from typing import Any

import pytest
from discord_gateway import referee

from adapters.discord.modal import modal, read_custom_id, values
from bot.account import settings as account_settings
from bot.chat.model import FORM_TITLE_LIMIT, TOKEN_LIMIT, Field, Form

FULL = Form(
    "daily.answer",
    "Your answer",
    (
        Field("words", "What would you do first?", minimum=20, multiline=True, hint="As you would say it"),
        Field("zone", "Time zone", maximum=60, value="Europe/Berlin"),
    ),
)


def errors(shown: dict[str, Any]) -> list[str]:
    body = {"type": 9, "data": shown}
    found: list[str] = referee().discord_request_errors("POST", "/interactions/1/token/callback", body)
    return found


def test_form_is_what_discord_takes() -> None:
    longest = Form("f" * 30, "T" * FORM_TITLE_LIMIT, (Field("n", "l" * 60, hint="h" * 200),) * 5, "t" * TOKEN_LIMIT)
    assert errors(modal(FULL, "tok-1")) == []
    assert errors(modal(longest)) == []


def test_form_is_shown_field_by_field() -> None:
    words = {
        "type": 4,
        "custom_id": "words",
        "style": 2,
        "max_length": 3_000,
        "required": True,
        "min_length": 20,
        "placeholder": "As you would say it",
    }
    zone = {
        "type": 4,
        "custom_id": "zone",
        "style": 1,
        "max_length": 60,
        "required": False,
        "value": "Europe/Berlin",
    }
    assert modal(FULL, "tok-1") == {
        "custom_id": "daily.answer:tok-1",
        "title": "Your answer",
        "components": [
            {"type": 18, "label": "What would you do first?", "component": words},
            {"type": 18, "label": "Time zone", "component": zone},
        ],
    }


@pytest.mark.parametrize(("own", "of_button", "expected"), [("f", "b", "f"), ("", "b", "b"), ("a:b", "", "a:b")])
def test_token_of_the_form_goes_before_that_of_the_button(own: str, of_button: str, expected: str) -> None:
    form = Form("daily.answer", "Your answer", FULL.fields, own)
    assert read_custom_id(modal(form, of_button)["custom_id"]) == ("daily.answer", expected)


@pytest.mark.parametrize(
    "form",
    [Form("f" * 50, "T", FULL.fields, "t" * TOKEN_LIMIT), Form("f", "T", tuple(Field(f"{n}", "l") for n in range(6)))],
)
def test_form_that_discord_would_refuse_is_refused(form: Form) -> None:
    with pytest.raises(ValueError, match=r"the form .f+. has over 5 fields or a custom id over 100"):
        modal(form)


def test_values_come_back_by_name_however_the_inputs_are_wrapped() -> None:
    label = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "words", "value": "I <roll> back\n"}}
    row = {"type": 1, "id": 3, "components": [{"type": 4, "id": 4, "custom_id": "zone", "value": ""}]}
    words = {"type": 10, "id": 5}
    data = {"custom_id": "f:t", "components": [label, row, words]}
    assert values(data) == {"words": "I <roll> back\n", "zone": ""}
    assert values({}) == {}


def test_names_of_forms_leave_room_for_the_longest_token() -> None:
    for name in ("daily.answer", account_settings.FORM):
        assert len(f"{name}:{'t' * TOKEN_LIMIT}") <= 100
