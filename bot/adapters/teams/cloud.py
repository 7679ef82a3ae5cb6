"""The Microsoft clouds: who signs for Teams, who issues our token, and which hosts may get it."""

from dataclasses import dataclass
from ipaddress import ip_address

from yarl import URL


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. A host with a leading dot stands for everything under that domain.

    Values: learn.microsoft.com/azure/bot-service/rest-api, "Authentication".
    """

    issuer: str
    scope: str
    login: str
    hosts: tuple[str, ...]
    loopback: bool = False

    def trusts(self, service_url: str) -> bool:
        """Whether our bearer token may be posted to this address."""
        try:
            url = URL(service_url)
        except ValueError:
            return False
        if url.user is not None or url.query_string or url.fragment or not url.host:
            return False
        if self.loopback and is_loopback(url):
            return True
        return url.scheme == "https" and url.is_default_port() and self._names(url.host)

    def _names(self, host: str) -> bool:
        return any(host.endswith(name) if name[0] == "." else host == name for name in self.hosts)


PUBLIC = Cloud(
    issuer="https://api.botframework.com",
    scope="https://api.botframework.com/.default",
    login="https://login.microsoftonline.com",
    hosts=("smba.trafficmanager.net", ".botframework.com", "smba.infra.gcc.teams.microsoft.com"),
)
US_GOVERNMENT = Cloud(
    issuer="https://api.botframework.us",
    scope="https://api.botframework.us/.default",
    login="https://login.microsoftonline.us",
    hosts=(
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
        ".botframework.azure.us",
    ),
)


def cloud_of(openid_url: str, anonymous: bool) -> Cloud:
    """The cloud whose keys are at `openid_url`; a document on this machine brings its own login."""
    url = URL(openid_url)
    if url.host == "login.botframework.azure.us":
        return US_GOVERNMENT
    local = is_loopback(url)
    return Cloud(
        PUBLIC.issuer,
        PUBLIC.scope,
        str(url.origin()) if local else PUBLIC.login,
        PUBLIC.hosts,
        loopback=local or anonymous,
    )


def is_loopback(url: URL) -> bool:
    try:
        return url.host == "localhost" or ip_address(url.host or "").is_loopback
    except ValueError:
        return False
