"""Every test that takes `build` runs once for each platform."""

from __future__ import annotations

import pytest

from tests.contract.stage import builds


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Find the platforms by their folders."""
    if "build" in metafunc.fixturenames:
        found = builds()
        metafunc.parametrize("build", found.values(), ids=found.keys())
