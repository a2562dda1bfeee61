-- One session's journal. Rows of event and checkpoint are only ever added.
CREATE TABLE about (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    format TEXT NOT NULL,
    session TEXT NOT NULL
) STRICT;

-- The journal itself: encoded records and the chain over them. Beside each: when, in which start of the machine, and where the
-- session stood after it.
CREATE TABLE event (
    n INTEGER PRIMARY KEY,
    record BLOB NOT NULL,
    head BLOB NOT NULL CHECK (length(head) = 32),
    wall INTEGER NOT NULL,
    boot TEXT NOT NULL,
    phase TEXT NOT NULL
) STRICT;

-- What every response variable holds now, for people who have to look into a damaged day; the journal is the truth.
CREATE TABLE answer (
    item TEXT NOT NULL,
    response TEXT NOT NULL,
    n INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (item, response)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    records INTEGER PRIMARY KEY,
    envelope BLOB NOT NULL
) STRICT;

CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are not changed'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are not deleted'); END;
CREATE TRIGGER checkpoint_stays BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are not changed'); END;
CREATE TRIGGER checkpoint_is_kept BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints are not deleted'); END;
