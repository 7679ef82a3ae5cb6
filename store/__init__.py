"""The memory: the lake of bills."""
