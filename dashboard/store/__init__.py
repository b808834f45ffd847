"""What is kept in SQL: SQLite in the data folder by default, PostgreSQL by its URL. Schema, migrations and the rows' doors."""

from dashboard.store.checkpoints import Checkpoint, Checkpoints
from dashboard.store.engine import StoreError, open_store
from dashboard.store.migrate import upgrade

__all__ = ["Checkpoint", "Checkpoints", "StoreError", "open_store", "upgrade"]
