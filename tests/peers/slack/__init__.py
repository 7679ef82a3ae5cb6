"""A strict Slack in this process, for walks that end at what a person sees."""

from tests.peers.slack.delivery import Ack, sign
from tests.peers.slack.model import Channel, Message, Person
from tests.peers.slack.peer import SlackPeer

__all__ = ["Ack", "Channel", "Message", "Person", "SlackPeer", "sign"]
