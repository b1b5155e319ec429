"""The schema's history: named, in order, append-only. Never edit one that has been released."""

from __future__ import annotations

MIGRATIONS: list[tuple[str, list[str]]] = [
    (
        "0001_executions",
        [
            """
            CREATE TABLE users (
                name TEXT PRIMARY KEY,
                tier TEXT NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'registered', 'premium')),
                created_at TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE code_executions (
                id TEXT PRIMARY KEY,
                user TEXT NOT NULL REFERENCES users (name),
                session_id TEXT,
                status TEXT NOT NULL
                    CHECK (status IN ('pending', 'running', 'passed', 'failed', 'partial', 'cancelled')),
                request TEXT NOT NULL,
                language TEXT,
                plan TEXT,
                tests TEXT,
                tests_completion TEXT,
                best INTEGER,
                explanation TEXT,
                error TEXT,
                receipt TEXT,
                quality_score REAL,
                cost_usd REAL NOT NULL DEFAULT 0,
                retry_of TEXT REFERENCES code_executions (id) ON DELETE SET NULL,
                starts INTEGER NOT NULL DEFAULT 0,
                created_at TEXT NOT NULL,
                started_at TEXT,
                finished_at TEXT
            )
            """,
            "CREATE INDEX code_executions_by_user ON code_executions (user, created_at DESC)",
            "CREATE INDEX code_executions_by_end ON code_executions (finished_at)",
            """
            CREATE INDEX code_executions_waiting ON code_executions (status)
            WHERE status IN ('pending', 'running')
            """,
            """
            CREATE TABLE execution_attempts (
                execution_id TEXT NOT NULL REFERENCES code_executions (id) ON DELETE CASCADE,
                number INTEGER NOT NULL,
                files TEXT NOT NULL,
                requirements TEXT NOT NULL,
                diff TEXT NOT NULL,
                verdict TEXT,
                tests_passed INTEGER,
                lint_passed INTEGER,
                security_passed INTEGER,
                error_class TEXT,
                error_message TEXT,
                fix_applied TEXT,
                notes TEXT NOT NULL,
                model TEXT NOT NULL,
                hops TEXT NOT NULL,
                input_tokens INTEGER NOT NULL,
                output_tokens INTEGER NOT NULL,
                cost_usd REAL NOT NULL,
                started_at TEXT NOT NULL,
                finished_at TEXT NOT NULL,
                PRIMARY KEY (execution_id, number)
            )
            """,
            """
            CREATE TABLE execution_events (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                execution_id TEXT NOT NULL REFERENCES code_executions (id) ON DELETE CASCADE,
                user TEXT NOT NULL,
                kind TEXT NOT NULL,
                data TEXT NOT NULL,
                at TEXT NOT NULL
            )
            """,
            "CREATE INDEX execution_events_by_execution ON execution_events (execution_id, id)",
            "CREATE INDEX execution_events_by_user ON execution_events (user, id)",
            """
            CREATE TABLE llm_calls (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                execution_id TEXT,
                user TEXT NOT NULL,
                purpose TEXT NOT NULL,
                tier TEXT NOT NULL,
                model TEXT,
                outcome TEXT NOT NULL,
                hops TEXT NOT NULL,
                input_tokens INTEGER NOT NULL DEFAULT 0,
                output_tokens INTEGER NOT NULL DEFAULT 0,
                cost_usd REAL NOT NULL DEFAULT 0,
                latency_ms REAL NOT NULL DEFAULT 0,
                at TEXT NOT NULL
            )
            """,
            "CREATE INDEX llm_calls_by_time ON llm_calls (user, at)",
        ],
    ),
    (
        "0002_judgement",
        [
            "ALTER TABLE code_executions ADD COLUMN judgement TEXT",
            "ALTER TABLE execution_attempts ADD COLUMN origin TEXT NOT NULL DEFAULT 'draft'",
            "ALTER TABLE execution_attempts ADD COLUMN mutation_score REAL",
        ],
    ),
    (
        "0003_code_templates",
        [
            """
            CREATE TABLE code_templates (
                id TEXT PRIMARY KEY,
                usage_count INTEGER NOT NULL,
                last_used_at TEXT NOT NULL
            )
            """,
        ],
    ),
]
