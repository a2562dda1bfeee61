-- A seat's state. Small documents are kept as the bytes that came, and are verified again whenever they are used.
CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    digest TEXT NOT NULL,
    body BLOB NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT;

CREATE TABLE package (
    digest TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    file_digest TEXT NOT NULL,
    taken INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    session TEXT PRIMARY KEY,
    appointment TEXT NOT NULL,
    candidate TEXT NOT NULL,
    candidate_name TEXT NOT NULL,
    exam_title TEXT NOT NULL,
    package TEXT NOT NULL,
    opened INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('opening', 'open', 'damaged', 'sealed', 'erased')),
    continues TEXT,
    -- Public keys that the result is sealed to, one behind the other: sealing must not depend on the package being good still.
    recipients BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_at_a_time ON session (state) WHERE state IN ('opening', 'open');

-- The outbox: one row a sealed bundle. Numbers have no gap and no repetition.
CREATE TABLE bundle (
    digest TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    session TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    result_state TEXT NOT NULL,
    answer_count INTEGER NOT NULL,
    head TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    exported INTEGER,
    receipt BLOB,
    erased INTEGER
) STRICT;

CREATE TABLE pin (
    proctor TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    boot TEXT NOT NULL,
    monotonic INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did what at this seat, and what happened around a session; never answers, PINs or keys.
CREATE TABLE incident (
    id INTEGER PRIMARY KEY,
    wall INTEGER NOT NULL,
    session TEXT,
    kind TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE TRIGGER incident_stays BEFORE UPDATE ON incident BEGIN SELECT RAISE(ABORT, 'the log is not changed'); END;
CREATE TRIGGER incident_is_kept BEFORE DELETE ON incident BEGIN SELECT RAISE(ABORT, 'the log is not deleted'); END;
