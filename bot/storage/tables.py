"""The whole data model in one place.

Ids are random text, made by the caller. Instants are stored in UTC and come back aware; dates are local dates.
Columns named `*_json` hold what a pure rule serialised.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime; stored in UTC on databases that keep no zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes, and turn the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: give it a zone before storing it")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id(name: str = "id") -> Column[Any]:
    return Column(name, String(40), primary_key=True)


def _ref(name: str, target: str, *, null: bool = False, primary: bool = False) -> Column[Any]:
    return Column(name, String(40), ForeignKey(target, ondelete="CASCADE"), nullable=null, primary_key=primary)


# ---------------------------------------------------------------- the queue (bot.delivery)
jobs = Table(
    "jobs",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),  # event | timer | work | post
    Column("key", String(255), nullable=False),
    Column("lane", String(400), nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("run_at", Instant, nullable=False),
    Column("state", String(8), nullable=False, default="waiting"),  # waiting | done | dead
    Column("attempts", Integer, nullable=False, default=0),
    Column("failed_at", Instant),  # the first failure of the present row of failures
    Column("error", Text),
    Column("body", Text),  # erased when done
    Column("ended_at", Instant),
    UniqueConstraint("kind", "key"),
    Index("ix_jobs_state_kind_run_at", "state", "kind", "run_at"),
    Index("ix_jobs_ended_at", "ended_at"),
    # An id that comes back must not fit another row: redelivery looks ids up.
    sqlite_autoincrement=True,
)

buttons = Table(
    "buttons",
    metadata,
    Column("token", String(60), primary_key=True),
    Column("args", JSON, nullable=False),
    Column("owner_id", String(40)),
    Column("expires_at", Instant, nullable=False),
    Index("ix_buttons_expires_at", "expires_at"),
)

floors = Table(
    "floors",
    metadata,
    Column("conversation", String(400), primary_key=True),
    Column("feature", String(20), nullable=False),
    Column("state", String(60), nullable=False),
    Column("since", Instant, nullable=False),
    Column("place", JSON, nullable=False),
    Index("ix_floors_feature_state", "feature", "state"),
)

beats = Table(
    "beats",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

outages = Table(
    "outages",
    metadata,
    _id(),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=False),
)

# ---------------------------------------------------------------- people (bot.people)
spaces = Table(
    "spaces",
    metadata,
    _id(),
    Column("platform", String(20), nullable=False),
    Column("native", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("platform", "native"),
)

learners = Table(
    "learners",
    metadata,
    _id(),
    Column("name", String(200), nullable=False, default=""),
    Column("level", String(10)),
    Column("greeted_at", Instant),
    Column("created_at", Instant, nullable=False),
)

identities = Table(
    "identities",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("realm", String(80), primary_key=True),
    Column("account", String(80), primary_key=True),
    _ref("learner_id", "learners.id"),
    Index("ix_identities_learner_id", "learner_id"),
)

zones = Table(
    "zones",
    metadata,
    _ref("learner_id", "learners.id", primary=True),
    Column("since", Instant, primary_key=True),
    Column("zone", String(64), nullable=False),
)

preferences = Table(
    "preferences",
    metadata,
    _ref("learner_id", "learners.id", primary=True),
    Column("name", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    _id(),
    _ref("space_id", "spaces.id"),
    Column("channel", String(120), nullable=False),
    Column("place", JSON, nullable=False),
    Column("name", String(120)),
    Column("created_at", Instant, nullable=False),
    Column("gone_at", Instant),
    UniqueConstraint("space_id", "channel"),
)

members = Table(
    "members",
    metadata,
    _ref("group_id", "groups.id", primary=True),
    _ref("learner_id", "learners.id", primary=True),
    Column("since", Instant, primary_key=True),  # a spell of membership begins
    Column("acted_at", Instant, nullable=False),  # and ends 28 days after the last act
    Index("ix_members_learner_id", "learner_id"),
)

organisers = Table(
    "organisers",
    metadata,
    _ref("group_id", "groups.id", primary=True),
    _ref("learner_id", "learners.id", primary=True),
    Column("named_by", String(40)),
    Column("at", Instant, nullable=False),
    Index("ix_organisers_learner_id", "learner_id"),
)

# ---------------------------------------------------------------- daily questions (bot.daily)
series = Table(
    "series",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    Column("number", Integer, nullable=False),
    Column("time", String(5), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("days", String(7), nullable=False),
    Column("filters", JSON, nullable=False),
    Column("grace_minutes", Integer, nullable=False, default=360),
    Column("starts_on", Date, nullable=False),
    Column("dealt_on", Date),  # the newest date that was opened, missed or skipped
    Column("paused_from", Date),
    Column("paused_until", Date),
    Column("planned_id", String(120)),
    Column("passed", JSON, nullable=False, default=list),  # questions swapped away since the last round
    Column("created_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    UniqueConstraint("group_id", "number"),
)

skips = Table(
    "skips",
    metadata,
    _ref("series_id", "series.id", primary=True),
    Column("date", Date, primary_key=True),
)

rounds = Table(
    "rounds",
    metadata,
    _id(),
    _ref("series_id", "series.id"),
    _ref("group_id", "groups.id"),
    Column("date", Date, nullable=False),
    Column("state", String(8), nullable=False),  # open | closed | missed
    Column("question_id", String(120)),
    Column("revision", Integer),
    Column("opened_at", Instant),
    Column("closes_at", Instant),
    Column("closed_at", Instant),
    Column("late", Boolean, nullable=False, default=False),
    Column("post", JSON),
    Column("talk", JSON),
    UniqueConstraint("series_id", "date"),
    Index("ix_rounds_group_id_date", "group_id", "date"),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    _ref("round_id", "rounds.id"),
    _ref("learner_id", "learners.id"),
    Column("question_id", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("round_id", "learner_id"),
    Index("ix_reports_learner_id", "learner_id"),
)

# ---------------------------------------------------------------- answers and progress
attempts = Table(
    "attempts",
    metadata,
    _id(),
    _ref("learner_id", "learners.id"),
    _ref("space_id", "spaces.id"),
    Column("source", String(10), nullable=False),  # round | interview | practice
    Column("ref", String(120), nullable=False),  # round id; interview id : turn : try
    Column("question_id", String(120), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("rubric", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("message", String(120), nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("version", Integer, nullable=False, default=1),  # grows with each edit; an old assessment is dropped
    Column("state", String(10), nullable=False),  # assessing | assessed | withdrawn
    Column("result", JSON),
    Column("coach", String(20)),
    Column("score", Integer),
    Column("band", String(10)),
    Column("assessed_at", Instant),
    UniqueConstraint("learner_id", "source", "ref"),
    Index("ix_attempts_source_ref", "source", "ref"),
    Index("ix_attempts_learner_id_at", "learner_id", "at"),
)

evidence = Table(
    "evidence",
    metadata,
    _ref("attempt_id", "attempts.id", primary=True),
    Column("point", String(120), primary_key=True),
    _ref("learner_id", "learners.id"),
    Column("skill", String(60), nullable=False),
    Column("met", String(8), nullable=False),
    Column("grade", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Column("difficulty", String(8), nullable=False),
    Column("quote", Text, nullable=False, default=""),
    Column("at", Instant, nullable=False),
    Column("contested_at", Instant),
    Index("ix_evidence_learner_id_skill_at", "learner_id", "skill", "at"),
)

ledger = Table(
    "ledger",
    metadata,
    _id(),
    _ref("learner_id", "learners.id"),
    Column("date", Date, nullable=False),
    Column("kind", String(10), nullable=False),  # credit | withdrawn
    Column("source", String(10), nullable=False),
    Column("ref", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    Index("ix_ledger_learner_id_date", "learner_id", "date"),
)

quoting = Table(
    "quoting",  # our own posts that quote a learner: they are redacted when she deletes her data
    metadata,
    _id(),
    _ref("learner_id", "learners.id"),
    Column("message", JSON, nullable=False),
    Index("ix_quoting_learner_id", "learner_id"),
)

# ---------------------------------------------------------------- interviews
interviews = Table(
    "interviews",
    metadata,
    _id(),
    _ref("learner_id", "learners.id"),
    _ref("space_id", "spaces.id"),
    Column("mode", String(6), nullable=False),
    Column("state", String(10), nullable=False),
    Column("state_json", Text, nullable=False),
    Column("talk", JSON),
    Column("version", Integer, nullable=False, default=0),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_interviews_learner_id_started_at", "learner_id", "started_at"),
)
