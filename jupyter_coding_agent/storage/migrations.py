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
        "0003_sessions",
        [
            """
            CREATE TABLE sessions (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                user TEXT NOT NULL REFERENCES users (name),
                title TEXT NOT NULL,
                created_at TEXT NOT NULL,
                updated_at TEXT NOT NULL
            )
            """,
            "CREATE INDEX sessions_by_user ON sessions (user, updated_at DESC)",
            # A request's message is written before its execution, in one transaction.
            """
            CREATE TABLE messages (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                role TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
                text TEXT NOT NULL,
                execution_id TEXT REFERENCES code_executions (id) ON DELETE SET NULL
                    DEFERRABLE INITIALLY DEFERRED,
                status TEXT,
                files TEXT NOT NULL DEFAULT '{}',
                pinned INTEGER NOT NULL DEFAULT 0,
                created_at TEXT NOT NULL
            )
            """,
            "CREATE INDEX messages_by_session ON messages (session_id, number)",
            "CREATE INDEX messages_by_execution ON messages (execution_id)",
            "CREATE VIRTUAL TABLE sessions_found USING fts5 (title, content=sessions, content_rowid=number)",
            """
            CREATE TRIGGER sessions_found_new AFTER INSERT ON sessions BEGIN
                INSERT INTO sessions_found (rowid, title) VALUES (new.number, new.title);
            END
            """,
            """
            CREATE TRIGGER sessions_found_gone AFTER DELETE ON sessions BEGIN
                INSERT INTO sessions_found (sessions_found, rowid, title) VALUES ('delete', old.number, old.title);
            END
            """,
            """
            CREATE TRIGGER sessions_found_renamed AFTER UPDATE OF title ON sessions BEGIN
                INSERT INTO sessions_found (sessions_found, rowid, title) VALUES ('delete', old.number, old.title);
                INSERT INTO sessions_found (rowid, title) VALUES (new.number, new.title);
            END
            """,
            # A message's text never changes.
            "CREATE VIRTUAL TABLE messages_found USING fts5 (text, content=messages, content_rowid=number)",
            """
            CREATE TRIGGER messages_found_new AFTER INSERT ON messages BEGIN
                INSERT INTO messages_found (rowid, text) VALUES (new.number, new.text);
            END
            """,
            """
            CREATE TRIGGER messages_found_gone AFTER DELETE ON messages BEGIN
                INSERT INTO messages_found (messages_found, rowid, text) VALUES ('delete', old.number, old.text);
            END
            """,
            # What was a key of the user's own becomes a session of that title, and of that id for who had it first.
            """
            INSERT INTO sessions (id, user, title, created_at, updated_at)
            SELECT
                CASE user WHEN (
                    SELECT first.user FROM code_executions AS first WHERE first.session_id = e.session_id
                    ORDER BY first.rowid LIMIT 1
                ) THEN session_id ELSE 'ses_' || lower(hex(randomblob(16))) END,
                user, session_id, min(created_at), max(created_at)
            FROM code_executions AS e WHERE session_id IS NOT NULL GROUP BY user, session_id
            """,
            "ALTER TABLE code_executions RENAME COLUMN session_id TO session_key",
            """
            ALTER TABLE code_executions ADD COLUMN session_id TEXT REFERENCES sessions (id) ON DELETE SET NULL
            """,
            """
            UPDATE code_executions SET session_id = (
                SELECT id FROM sessions AS s WHERE s.user = code_executions.user AND s.title = session_key
            ) WHERE session_key IS NOT NULL
            """,
            "ALTER TABLE code_executions DROP COLUMN session_key",
            "CREATE INDEX code_executions_by_session ON code_executions (session_id)",
        ],
    ),
    (
        "0004_artifacts",
        [
            """
            CREATE TABLE artifacts (
                id TEXT PRIMARY KEY,
                user TEXT NOT NULL REFERENCES users (name),
                name TEXT NOT NULL,
                type TEXT NOT NULL
                    CHECK (type IN ('uploaded', 'generated', 'output', 'screenshot', 'preview')),
                size INTEGER NOT NULL,
                sha256 TEXT NOT NULL,
                media_type TEXT NOT NULL,
                language TEXT,
                session_id TEXT REFERENCES sessions (id) ON DELETE SET NULL,
                execution_id TEXT REFERENCES code_executions (id) ON DELETE SET NULL,
                created_at TEXT NOT NULL
            )
            """,
            "CREATE INDEX artifacts_by_user ON artifacts (user)",
            "CREATE INDEX artifacts_by_content ON artifacts (sha256, user)",
            "CREATE INDEX artifacts_by_session ON artifacts (session_id)",
            "CREATE INDEX artifacts_by_execution ON artifacts (execution_id)",
            "CREATE INDEX artifacts_by_time ON artifacts (created_at)",
        ],
    ),
    (
        "0005_policy",
        [
            # What a user asked for in the last day, which must be known longer than the executions are kept.
            """
            CREATE TABLE admissions (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                user TEXT NOT NULL,
                at TEXT NOT NULL
            )
            """,
            "CREATE INDEX admissions_by_user ON admissions (user, at)",
            "INSERT INTO admissions (user, at) SELECT user, created_at FROM code_executions",
            # Deleting an execution looks for those that refer to it.
            "CREATE INDEX code_executions_by_retry ON code_executions (retry_of)",
        ],
    ),
    (
        "0006_chat",
        [
            # Their ids are drawn from the sequence of execution_events, so that one number resumes a stream of both.
            """
            CREATE TABLE chat_events (
                id INTEGER PRIMARY KEY,
                session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                question_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
                user TEXT NOT NULL,
                kind TEXT NOT NULL,
                data TEXT NOT NULL,
                at TEXT NOT NULL
            )
            """,
            "CREATE INDEX chat_events_by_user ON chat_events (user, id)",
            "CREATE INDEX chat_events_by_session ON chat_events (session_id)",
            "CREATE INDEX chat_events_by_question ON chat_events (question_id, kind)",
            """
            CREATE VIEW user_events AS
            SELECT id, execution_id, user, kind, data, at FROM execution_events
            UNION ALL SELECT id, NULL, user, kind, data, at FROM chat_events
            """,
        ],
    ),
    (
        "0007_replay",
        [
            "ALTER TABLE code_executions ADD COLUMN provenance TEXT",
            "ALTER TABLE code_executions ADD COLUMN replay TEXT",
            """
            ALTER TABLE code_executions
            ADD COLUMN replay_of TEXT REFERENCES code_executions (id) ON DELETE SET NULL
            """,
            "ALTER TABLE code_executions ADD COLUMN request_key TEXT",
            "ALTER TABLE code_executions ADD COLUMN reused INTEGER NOT NULL DEFAULT 0",
            """
            ALTER TABLE code_executions
            ADD COLUMN cached_from TEXT REFERENCES code_executions (id) ON DELETE SET NULL
            """,
            # Deleting a row looks for those that refer to it.
            "CREATE INDEX code_executions_by_replay ON code_executions (replay_of)",
            "CREATE INDEX code_executions_by_source ON code_executions (cached_from)",
            "CREATE INDEX code_executions_by_key ON code_executions (user, request_key)",
            "CREATE INDEX llm_calls_by_execution ON llm_calls (execution_id)",
        ],
    ),
    (
        "0008_code_templates",
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
    (
        "0009_archives",
        [
            """
            ALTER TABLE code_executions ADD COLUMN artifact_id TEXT REFERENCES artifacts (id) ON DELETE SET NULL
            """,
            # Deleting an artifact looks for the execution that is delivered as it.
            "CREATE INDEX code_executions_by_artifact ON code_executions (artifact_id)",
        ],
    ),
    (
        "0010_outputs",
        [
            "ALTER TABLE artifacts ADD COLUMN thumbnail_sha256 TEXT",
            # The attempt that left it, until that is delivered; nobody sees it before.
            "ALTER TABLE artifacts ADD COLUMN attempt INTEGER",
            "CREATE INDEX artifacts_by_thumbnail ON artifacts (thumbnail_sha256, user)",
            "CREATE INDEX artifacts_undelivered ON artifacts (execution_id, attempt) WHERE attempt IS NOT NULL",
        ],
    ),
    (
        "0011_pages",
        [
            # A page of a list is walked in one of these, newest first, and counted in it.
            "CREATE INDEX artifacts_in_order ON artifacts (user) WHERE attempt IS NULL",
            "CREATE INDEX artifacts_by_type ON artifacts (user, type) WHERE attempt IS NULL",
            "CREATE INDEX artifacts_by_language ON artifacts (user, language) WHERE attempt IS NULL",
            "CREATE INDEX artifacts_by_both ON artifacts (user, type, language) WHERE attempt IS NULL",
            "DROP INDEX artifacts_by_session",
            "CREATE INDEX artifacts_by_session ON artifacts (session_id, user)",
            "DROP INDEX artifacts_by_execution",
            "CREATE INDEX artifacts_by_execution ON artifacts (execution_id, user)",
            "CREATE INDEX code_executions_in_order ON code_executions (user)",
            "CREATE INDEX code_executions_by_status ON code_executions (user, status)",
            "CREATE INDEX code_executions_by_language ON code_executions (user, language)",
            "DROP INDEX code_executions_by_session",
            "CREATE INDEX code_executions_by_session ON code_executions (session_id, user)",
        ],
    ),
    (
        "0012_search",
        [
            # The number of a message's session, then its own (32 bits): what was found tells its session.
            "ALTER TABLE messages ADD COLUMN place INTEGER",
            """
            UPDATE messages SET place =
                (SELECT s.number << 32 FROM sessions AS s WHERE s.id = messages.session_id) | number
            """,
            "CREATE UNIQUE INDEX messages_by_place ON messages (place)",
            "DROP TRIGGER messages_found_new",
            "DROP TRIGGER messages_found_gone",
            "DROP TABLE messages_found",
            "CREATE VIRTUAL TABLE messages_found USING fts5 (text, content=messages, content_rowid=place)",
            "INSERT INTO messages_found (messages_found) VALUES ('rebuild')",
            """
            CREATE TRIGGER messages_found_new AFTER INSERT ON messages BEGIN
                UPDATE messages SET place =
                    (SELECT s.number << 32 FROM sessions AS s WHERE s.id = new.session_id) | new.number
                WHERE number = new.number;
                INSERT INTO messages_found (rowid, text) SELECT place, text FROM messages WHERE number = new.number;
            END
            """,
            """
            CREATE TRIGGER messages_found_gone AFTER DELETE ON messages BEGIN
                INSERT INTO messages_found (messages_found, rowid, text) VALUES ('delete', old.place, old.text);
            END
            """,
        ],
    ),
    (
        "0013_notebooks",
        [
            """
            CREATE TABLE execution_notebooks (
                execution_id TEXT PRIMARY KEY REFERENCES code_executions (id) ON DELETE CASCADE,
                content BLOB NOT NULL
            )
            """,
        ],
    ),
]
