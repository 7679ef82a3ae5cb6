"""Which account costbot looks at: free to ask, and nobody can be denied it."""

from domain.access import Access
from integrations.aws import failures
from integrations.aws.clients import PATIENT, client

REGION = "us-east-1"


def account_id(access: Access) -> str:
    """The account of the credentials, or of the role. Raises DeliveryError."""
    with failures.told():
        sts = client("sts", REGION, access, PATIENT)
        try:
            return str(sts.get_caller_identity()["Account"])
        finally:
            sts.close()
