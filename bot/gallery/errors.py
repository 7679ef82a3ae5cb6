"""What can go wrong with the gallery, each with what to do about it."""

from domain.errors import CostbotError


class GalleryError(CostbotError):
    """The gallery cannot be made, or a picture does not show its card."""


class MissingToolError(GalleryError):
    """A program that the gallery needs is not on this machine; the message says what to install."""
