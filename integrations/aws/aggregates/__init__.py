"""Daily and monthly sums in DynamoDB: published, served, and read in from tables of others."""

from integrations.aws.aggregates.publish import Publisher
from integrations.aws.aggregates.serve import Served
from integrations.aws.aggregates.table import Table

__all__ = ["Publisher", "Served", "Table"]
