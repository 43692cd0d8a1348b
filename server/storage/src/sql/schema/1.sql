-- Executions and their output. Large columns come last: SQLite reads a row from the left, and a page chain only when
-- it must.

CREATE TABLE execution (
    key INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16), -- UUID version 7, big endian: sorts by time of submission
    tenant TEXT NOT NULL,
    session TEXT,
    status TEXT NOT NULL
        CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled', 'timed_out')),
    submitted_at INTEGER NOT NULL, -- times are milliseconds since 1970-01-01T00:00:00Z
    started_at INTEGER,
    finished_at INTEGER,
    output_bytes INTEGER NOT NULL DEFAULT 0,
    output_newlines INTEGER NOT NULL DEFAULT 0,
    output_open_line INTEGER NOT NULL DEFAULT 0 CHECK (output_open_line IN (0, 1)), -- 1: no line feed at the end
    usage TEXT, -- JSON, like the two below
    lost TEXT,
    outcome TEXT,
    CHECK ((finished_at IS NULL) = (status IN ('queued', 'running'))),
    CHECK ((finished_at IS NULL) = (outcome IS NULL)),
    CHECK ((finished_at IS NULL) = (usage IS NULL)),
    CHECK ((finished_at IS NULL) = (lost IS NULL))
) STRICT;

CREATE INDEX execution_by_tenant ON execution (tenant, id);
CREATE INDEX execution_by_status ON execution (tenant, status, id);
CREATE INDEX execution_by_session ON execution (tenant, session, id) WHERE session IS NOT NULL;
CREATE INDEX execution_unfinished ON execution (key) WHERE finished_at IS NULL;
CREATE INDEX execution_by_end ON execution (finished_at, key, output_bytes) WHERE finished_at IS NOT NULL;

-- The output, cut into pieces at character boundaries. A blob, because text with NUL in it is not safe in SQLite.
CREATE TABLE output_chunk (
    key INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES execution (key),
    start_byte INTEGER NOT NULL,
    newlines_before INTEGER NOT NULL, -- line feeds of this output before this chunk
    data BLOB NOT NULL CHECK (length(data) BETWEEN 1 AND 65536),
    UNIQUE (execution, start_byte)
) STRICT;

CREATE INDEX output_chunk_by_line ON output_chunk (execution, newlines_before, start_byte);
