"""Starting costbot does not load pdpyras, and using it does not nag."""

import subprocess
import sys

from tests.shared import ROOT

SCRIPT = """
import sys, warnings
warnings.simplefilter("error")
import integrations.pagerduty, integrations.pagerduty.webhook, integrations.datadog
import integrations.datadog.dashboard
print(sorted({"pdpyras", "requests", "datadog_api_client", "urllib3"} & set(sys.modules)))
from integrations.pagerduty import session
from domain.errors import NotTakenError
from datetime import datetime, UTC
try:
    session.send("k", "http://127.0.0.1:9", "resolve", "x", {}, datetime.now(UTC))
except NotTakenError:
    print("quiet", "pdpyras" in sys.modules)
"""


def test_vendors_are_loaded_when_first_needed_and_quietly():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\nquiet True\n", "")
