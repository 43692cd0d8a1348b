-- Sessions, their checkpoints (heaps), their history, and tags. The bytes of a heap are a blob elsewhere.
--
-- What holds a heap is counted in its row by the triggers at the end, so that no statement can forget it; the partial
-- indexes over these counts make collecting cost what there is to collect, and not what is stored.

ALTER TABLE execution ADD COLUMN heap BLOB CHECK (length(heap) = 32); -- the checkpoint after the run

CREATE TABLE heap (
    key INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    id BLOB NOT NULL CHECK (length(id) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('values', 'heap')),
    state TEXT NOT NULL DEFAULT 'stored' CHECK (state IN ('stored', 'deleting')), -- deleting: its blob may be gone
    parent BLOB CHECK (length(parent) = 32),
    engine TEXT NOT NULL,
    values_bytes INTEGER NOT NULL,
    heap_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL, -- saved, continued from, or tagged
    loose INTEGER NOT NULL CHECK (loose IN (0, 1)), -- 1: registered on its own, not only by sessions
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0), -- sessions whose head it is, and tags
    snapshots INTEGER NOT NULL DEFAULT 0 CHECK (snapshots >= 0), -- rows of history that name it
    lost TEXT NOT NULL, -- JSON
    UNIQUE (tenant, id),
    CHECK (state = 'stored' OR held = 0)
) STRICT;

CREATE INDEX heap_deleting ON heap (key) WHERE state = 'deleting';
CREATE INDEX heap_unreferenced ON heap (loose, used_at) WHERE state = 'stored' AND held = 0 AND snapshots = 0;
CREATE INDEX heap_evictable ON heap (used_at) WHERE state = 'stored' AND held = 0;

-- Bytes of all stored heaps, in one row.
CREATE TABLE heap_usage (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;

INSERT INTO heap_usage (one, bytes) VALUES (1, 0);

CREATE TABLE session (
    key INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    head INTEGER NOT NULL REFERENCES heap (key),
    runs INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    history INTEGER NOT NULL DEFAULT 0, -- rows of it
    oldest_at INTEGER, -- time of the first of them
    UNIQUE (tenant, name)
) STRICT;

CREATE INDEX session_by_head ON session (head);
CREATE INDEX session_by_history ON session (history);
CREATE INDEX session_by_oldest ON session (oldest_at) WHERE history > 1;

-- The history of sessions. It names executions and heaps that may be gone.
CREATE TABLE snapshot (
    key INTEGER PRIMARY KEY,
    session INTEGER NOT NULL REFERENCES session (key),
    run INTEGER NOT NULL, -- runs of the session up to this one
    heap_key INTEGER REFERENCES heap (key) ON DELETE SET NULL,
    heap BLOB NOT NULL CHECK (length(heap) = 32),
    parent BLOB CHECK (length(parent) = 32),
    kind TEXT NOT NULL CHECK (kind IN ('values', 'heap')),
    execution BLOB NOT NULL CHECK (length(execution) = 16),
    at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    failure TEXT,
    source_bytes INTEGER, -- of the whole source; below is its head
    source BLOB,
    UNIQUE (session, run)
) STRICT;

CREATE INDEX snapshot_by_heap ON snapshot (heap_key);

CREATE TABLE heap_tag (
    tenant TEXT NOT NULL,
    heap BLOB NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant, heap, name),
    FOREIGN KEY (tenant, heap) REFERENCES heap (tenant, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX heap_tag_by_value ON heap_tag (tenant, name, value, heap);

CREATE TRIGGER heap_added AFTER INSERT ON heap BEGIN
    UPDATE heap_usage SET bytes = bytes + (new.state = 'stored') * new.stored_bytes;
END;
CREATE TRIGGER heap_changed AFTER UPDATE OF state, stored_bytes ON heap BEGIN
    UPDATE heap_usage SET bytes = bytes + (new.state = 'stored') * new.stored_bytes
                                        - (old.state = 'stored') * old.stored_bytes;
END;
CREATE TRIGGER heap_removed AFTER DELETE ON heap BEGIN
    UPDATE heap_usage SET bytes = bytes - (old.state = 'stored') * old.stored_bytes;
END;

CREATE TRIGGER session_added AFTER INSERT ON session BEGIN
    UPDATE heap SET held = held + 1 WHERE key = new.head;
END;
CREATE TRIGGER session_moved AFTER UPDATE OF head ON session WHEN old.head <> new.head BEGIN
    UPDATE heap SET held = held + 1 WHERE key = new.head;
    UPDATE heap SET held = held - 1, used_at = max(used_at, new.updated_at) WHERE key = old.head;
END;
CREATE TRIGGER session_removed AFTER DELETE ON session BEGIN
    UPDATE heap SET held = held - 1 WHERE key = old.head;
END;

CREATE TRIGGER tag_added AFTER INSERT ON heap_tag BEGIN
    UPDATE heap SET held = held + 1 WHERE tenant = new.tenant AND id = new.heap;
END;
CREATE TRIGGER tag_removed AFTER DELETE ON heap_tag BEGIN
    UPDATE heap SET held = held - 1 WHERE tenant = old.tenant AND id = old.heap;
END;

CREATE TRIGGER snapshot_added AFTER INSERT ON snapshot BEGIN
    UPDATE heap SET snapshots = snapshots + 1 WHERE key = new.heap_key;
    UPDATE session SET history = history + 1, oldest_at = coalesce(oldest_at, new.at) WHERE key = new.session;
END;
CREATE TRIGGER snapshot_removed AFTER DELETE ON snapshot BEGIN
    UPDATE heap SET snapshots = snapshots - 1 WHERE key = old.heap_key;
    UPDATE session SET history = history - 1,
        oldest_at = (SELECT at FROM snapshot WHERE session = old.session ORDER BY run LIMIT 1)
    WHERE key = old.session;
END;
