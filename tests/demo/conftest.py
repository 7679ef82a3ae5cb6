"""One demo bill for most tests: making it takes a second or two."""

from datetime import date
from pathlib import Path

import pytest

from integrations import demo
from tests.demo.raw import Raw

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="package")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    folder: Path = tmp_path_factory.mktemp("demo")
    return Raw(folder, demo.write(folder, AS_OF, scale=0.25))
