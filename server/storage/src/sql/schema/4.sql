-- Artifacts: what runs handed out. They go with their execution.

ALTER TABLE execution ADD COLUMN artifacts INTEGER NOT NULL DEFAULT 0; -- how many
ALTER TABLE execution ADD COLUMN artifact_bytes INTEGER NOT NULL DEFAULT 0;

DROP INDEX execution_by_end;
CREATE INDEX execution_by_end ON execution (finished_at, key, output_bytes, artifact_bytes)
    WHERE finished_at IS NOT NULL;

CREATE TABLE artifact (
    key INTEGER PRIMARY KEY AUTOINCREMENT, -- order in which they came
    execution INTEGER NOT NULL REFERENCES execution (key),
    tenant TEXT NOT NULL, -- of the execution, here for the index
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (execution, name)
) STRICT;

CREATE INDEX artifact_of_tenant ON artifact (tenant, key);
CREATE INDEX artifact_by_name ON artifact (tenant, name, key);
