"""A lake that other tests try to spoil."""

from pathlib import Path

import pytest

from tests.lake.bills import put, write_csv


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with one good bill, which no wrong file may touch."""
    folder = tmp_path_factory.mktemp("data")
    put(folder, write_csv(folder / "good.csv", [{"BillingPeriodStart": "2026-09-01"}]))
    return folder
