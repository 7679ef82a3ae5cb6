"""The memory: the lake of bills, and the state of findings and deliveries."""
