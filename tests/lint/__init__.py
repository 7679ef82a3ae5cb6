"""Linters for finished messages, for every test that makes one."""
