"""The edges of the terminal: reading lines from a keyboard, printing what is shown, catching Ctrl-C."""

from __future__ import annotations

import asyncio
import codecs
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from adapters.terminal.render import WIDEST, Display, Sink, json_line, readable

_CHUNK = 65_536


class Keyboard:
    """Lines from a file descriptor, without a thread: a blocked reader would outlive Ctrl-C and spoil the exit."""

    def __init__(self, descriptor: int) -> None:
        """Read from `descriptor`, usually that of the standard input."""
        self._descriptor = descriptor
        self._rest = b""
        self._ended = False

    async def __call__(self) -> str | None:
        """Return the next line without its end, None at the end of input."""
        while b"\n" not in self._rest and not self._ended:
            chunk = await self._read()
            self._ended = not chunk
            self._rest += chunk
        line, newline, self._rest = self._rest.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r") if newline or line else None

    async def _read(self) -> bytes:
        loop = asyncio.get_running_loop()
        came: asyncio.Future[None] = loop.create_future()

        def arrived() -> None:
            loop.remove_reader(self._descriptor)
            if not came.done():
                came.set_result(None)

        try:
            loop.add_reader(self._descriptor, arrived)
        except PermissionError:  # a regular file: it never blocks, and cannot be waited for
            return self._take()
        except NotImplementedError:  # no such loop on Windows
            return await asyncio.to_thread(self._take)
        try:
            await came
        finally:
            loop.remove_reader(self._descriptor)
        return self._take()

    def _take(self) -> bytes:
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:  # the terminal window was closed
            return b""


@contextmanager
def interrupts(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at Ctrl-C instead of raising, where the loop can."""
    loop = asyncio.get_running_loop()
    before, handled = None, False
    # Ctrl-C ends us in its own way where there are no such handlers:
    with suppress(NotImplementedError, RuntimeError, ValueError):  # on Windows, and outside of the main thread
        before = signal.getsignal(signal.SIGINT)
        loop.add_signal_handler(signal.SIGINT, stop)
        handled = True
    try:
        yield
    finally:
        if handled and loop.remove_signal_handler(signal.SIGINT):
            signal.signal(signal.SIGINT, before)


def wants_style(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Tell whether bold and dim text is welcome: on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def printer(stream: TextIO, *, as_json: bool = False, width: int = WIDEST, bold: bool = False) -> Sink:
    """Return a sink that prints at once: one JSON object a line, or blocks of readable text."""
    encoding = stream.encoding or "utf-8"
    whole = codecs.lookup(encoding).name.startswith("utf")

    def show(shown: Display) -> None:
        text = json_line(shown, only_ascii=not whole) if as_json else readable(shown, width=width, bold=bold) + "\n"
        stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        stream.flush()

    return show
