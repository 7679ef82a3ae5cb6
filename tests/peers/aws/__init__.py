"""Cost Explorer as costbot uses it, on this machine."""

from tests.peers.aws.peer import CostExplorerPeer

__all__ = ["CostExplorerPeer"]
