"""Bills as Parquet: loaded whole by billing period, asked through Ibis."""

from store.lake.duck import DuckLake

__all__ = ["DuckLake"]
