-- The name of this database, which nothing outside of it knows better: what it alone may write to elsewhere (the prefix
-- of a bucket) carries it.

CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;

INSERT INTO identity (one, id) VALUES (1, randomblob(16));
