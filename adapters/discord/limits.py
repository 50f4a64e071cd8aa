"""What Discord can show, and what we may do there. Sizes are those of its API reference, checked 2026-11."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.model import Capabilities

PLATFORM = "discord"
TEXT = 4_000
"""Characters of all text displays of a message together, marks and escapes included."""
MESSAGE = 3_600
"""Characters of a card: what is left of `TEXT` when every part of it stands in a code fence."""
COMPONENTS, ROW = 40, 5
"""Components of a message, nested ones included, and buttons of a row."""
TITLE, PARTS, FACTS, BUTTONS, LABEL = 200, 20, 25, 25, 80
CUSTOM_ID = 100
"""Characters of a custom id, which comes back with a press or a submission."""
MODAL_TITLE, MODAL_FIELDS, FIELD_LABEL, FIELD_HINT, FIELD_VALUE = 45, 5, 45, 100, 4_000
NAME, DESCRIPTION, OPTIONS, CHOICES, CHOICE = 32, 100, 25, 25, 100
"""Of a command: its name, its description, its options, their choices, the characters of a choice."""
THREAD_NAME = 100
NONCE = 25
"""Longest nonce of a message."""
COMPONENTS_V2, EPHEMERAL, LOADING = 1 << 15, 1 << 6, 1 << 7
"""Flags of a message: made of components alone; seen by one person; a deferral that is still to be answered."""

CAPABILITIES = Capabilities(
    dm_threads=False,
    forms=True,
    edits=True,
    whispers=True,
    images=False,
    home=False,
    reactions=True,
    max_message=MESSAGE,
    max_text=MESSAGE,
    max_title=TITLE,
    max_parts=PARTS,
    max_facts=FACTS,
    max_buttons=BUTTONS,
    max_label=LABEL,
)

ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
READ_MESSAGE_HISTORY = 1 << 16
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
MANAGE_GUILD = 1 << 5
"""A member's right to configure us; nothing that we ask for ourselves."""

PERMISSIONS: Mapping[int, str] = {
    VIEW_CHANNEL: "View Channels",
    SEND_MESSAGES: "Send Messages",
    SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
    CREATE_PUBLIC_THREADS: "Create Public Threads",
    CREATE_PRIVATE_THREADS: "Create Private Threads",
    READ_MESSAGE_HISTORY: "Read Message History",
    ADD_REACTIONS: "Add Reactions",
}
"""The permissions that we ask for, as Discord's settings of roles and channels call them."""

TO_POST = (VIEW_CHANNEL, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, CREATE_PUBLIC_THREADS, READ_MESSAGE_HISTORY)
"""Without one of these a channel cannot have a daily question; the others are missed in single moments only."""


def lacking(permissions: int, needed: tuple[int, ...] = TO_POST) -> tuple[str, ...]:
    """Return the names of the `needed` rights that are not among `permissions`."""
    return tuple(PERMISSIONS[one] for one in needed if not permissions & one)
