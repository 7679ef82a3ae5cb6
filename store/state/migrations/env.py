"""What Alembic runs: the steps, inside the transaction that it was handed."""

from alembic import context

from store.state.schema import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    transactional_ddl=True,
)
context.run_migrations()
