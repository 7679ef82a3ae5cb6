"""Cost Explorer: asked as seldom as possible, because every page of an answer costs $0.01."""

from integrations.aws.explorer.asking import PRICE, Explorer

__all__ = ["PRICE", "Explorer"]
