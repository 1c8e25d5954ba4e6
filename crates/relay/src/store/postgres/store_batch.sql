-- Stores a batch in one statement, and so in one transaction. Returns, push by push, the seq that
-- was given; 0 for a body that is there already; null for a seat that is not there any more.
CREATE FUNCTION store_batch(
    to_seats bigint[], times bigint[], types text[], digests bytea[], bodies bytea[], trusted_from bigint
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    given bigint[];
BEGIN
    -- Numbers of a seat are given by one transaction after the other, until each has committed: a
    -- number that a reader sees has none below it that is still to come. Ordered, so that two
    -- batches never wait for each other.
    PERFORM FROM seats WHERE id = ANY (to_seats) ORDER BY id FOR NO KEY UPDATE;

    -- A statement of its own, so that it sees what was committed before the seats were free.
    WITH pushed AS (
        SELECT p.*, s.head, s.id IS NOT NULL AS is_known,
               greatest(s.created_at, s.last_push_at, trusted_from) AS latest,
               (SELECT true FROM records r WHERE r.seat = p.seat AND r.digest = p.digest) AS is_stored
        FROM unnest(to_seats, times, types, digests, bodies) WITH ORDINALITY
             AS p (seat, received_at, content_type, digest, body, place)
        LEFT JOIN seats s ON s.id = p.seat
    ), fresh AS (
        SELECT DISTINCT ON (seat, digest) * FROM pushed
        WHERE is_known AND is_stored IS NULL
        ORDER BY seat, digest, place
    ), numbered AS (
        SELECT *, head + row_number() OVER (PARTITION BY seat ORDER BY place) AS seq FROM fresh
    ), stored AS (
        INSERT INTO records (seat, seq, received_at, content_type, digest, body)
        SELECT seat, seq, received_at, content_type, digest, body FROM numbered
    ), doubted AS (
        INSERT INTO undated (seat, seq)
        SELECT seat, seq FROM numbered WHERE received_at < latest - 86400000
    ), counted AS (
        UPDATE seats
        SET head = seats.head + coalesce(n.fresh, 0), last_push_at = greatest(last_push_at, p.latest)
        FROM (SELECT seat, max(received_at) AS latest FROM pushed GROUP BY seat) p
        LEFT JOIN (SELECT seat, count(*) AS fresh FROM numbered GROUP BY seat) n USING (seat)
        WHERE seats.id = p.seat
    )
    SELECT array_agg(CASE WHEN is_known THEN coalesce(n.seq, 0) END ORDER BY place) INTO given
    FROM pushed LEFT JOIN (SELECT place, seq FROM numbered) n USING (place);

    -- Told at the commit, to every relay on this database.
    PERFORM pg_notify('bohao_relay', told.seat::text)
    FROM (SELECT DISTINCT g.seat FROM unnest(to_seats, given) AS g (seat, seq) WHERE g.seq > 0) told;
    RETURN given;
END
$$;
