"""The store: what must survive the process, in SQLite or PostgreSQL. SQL is spoken here and nowhere else."""
