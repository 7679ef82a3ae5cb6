"""A strict Microsoft Teams in this process: its connector, its keys, its people."""

from tests.peers.teams.peer import TeamsPeer
from tests.peers.teams.room import Person, Room, Seen

__all__ = ["Person", "Room", "Seen", "TeamsPeer"]
