"""What was asked of Slack a while ago, so that it is not asked at every message."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
SIZE = 5_000


class Cache(Generic[K, V]):
    """Values that `load` finds, kept for `lifetime` (None: for ever); the longest unused are forgotten first."""

    def __init__(
        self,
        load: Callable[[K], Awaitable[V]],
        now: Callable[[], datetime],
        lifetime: timedelta | None = None,
        size: int = SIZE,
    ) -> None:
        """Begin empty."""
        self._load = load
        self._now = now
        self._lifetime = lifetime
        self._size = size
        self._kept: OrderedDict[K, tuple[V, datetime]] = OrderedDict()
        self._loading: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Return a value, fresh enough or loaded now; raises what `load` raises.

        Who asks at the same time waits for the same load, which goes on if somebody stops waiting.
        """
        if self.is_fresh(key):
            self._kept.move_to_end(key)
            return self._kept[key][0]
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._fill(key))
            self._loading[key] = task
            task.add_done_callback(lambda done: self._loaded(key, done))
        return await asyncio.shield(task)

    def known(self, key: K) -> V | None:
        """Return what is known, however old."""
        kept = self._kept.get(key)
        return kept[0] if kept is not None else None

    def is_fresh(self, key: K) -> bool:
        """Tell whether `get` would answer at once."""
        kept = self._kept.get(key)
        return kept is not None and (self._lifetime is None or abs(self._now() - kept[1]) < self._lifetime)

    def keep(self, key: K, value: V) -> None:
        """Remember what was learned in another way."""
        self._kept[key] = value, self._now()
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget a value that has changed; one that is being loaded is not kept either."""
        self._kept.pop(key, None)
        self._loading.pop(key, None)

    async def close(self) -> None:
        """Stop what is being loaded."""
        tasks = list(self._loading.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fill(self, key: K) -> V:
        return await self._load(key)

    def _loaded(self, key: K, done: asyncio.Task[V]) -> None:
        is_wanted = self._loading.get(key) is done
        if is_wanted:
            del self._loading[key]
        if not done.cancelled() and done.exception() is None and is_wanted:
            self.keep(key, done.result())
