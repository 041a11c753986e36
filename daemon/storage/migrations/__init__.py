"""Alembic's environment and the migrations, run by `migrate.py` on a connection that is already open."""
