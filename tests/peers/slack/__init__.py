"""A strict Slack in this process, for walks that end at what a person sees."""

from tests.peers.slack.delivery import Ack, sign
from tests.peers.slack.model import Channel, Message, Person
from tests.peers.slack.peer import SlackPeer
from tests.peers.slack.views import Modal

__all__ = ["Ack", "Channel", "Message", "Modal", "Person", "SlackPeer", "sign"]
