"""SQLite: one writer, migrations, rows. The only place that knows aiosqlite."""
