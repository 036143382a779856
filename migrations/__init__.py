"""How the database came to be what `adapters.store.schema` says: numbered revisions for Alembic, each with its way back."""
