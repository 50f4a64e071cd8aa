"""How Alembic connects: to the connection that the application hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.storage.tables import Instant, metadata


def render(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Write our own type as what it is in the database, so that a migration does not depend on later code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Instant) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, render_item=render
)
with context.begin_transaction():
    context.run_migrations()
