"""A strict Microsoft Teams in this process: its connector, its keys, its people."""

from tests.peers.teams.dialogs import Dialog
from tests.peers.teams.peer import TeamsPeer
from tests.peers.teams.room import Person, Room, Seen

__all__ = ["Dialog", "Person", "Room", "Seen", "TeamsPeer"]
