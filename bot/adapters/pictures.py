"""What an adapter needs to know of pictures: the address of a chart."""

from typing import Protocol

from cards.model import Chart


class Pictures(Protocol):
    """Where a drawn chart can be fetched; None while pictures have no public address.

    Asking may write to the disk, so it is done outside of the event loop.
    """

    def url(self, chart: Chart) -> str | None: ...
