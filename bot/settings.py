"""Settings from the environment; read by the command line and the composition root alone."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a process is told from outside: `GREENROOM_DATABASE_URL` and so on."""

    model_config = SettingsConfigDict(env_prefix="GREENROOM_", extra="ignore")

    database_url: str = "sqlite:///greenroom.db"
    bank: Path | None = Field(default=None, description="a folder of questions instead of the one that comes along")
    log_level: str = "INFO"
