-- Deletes one slice: records of removed seats first, then records from before `older_than`, and
-- tokens that are past their time. Returns how many records went. A seat's records go from the
-- lowest seq on and never from the middle, so that `oldest` tells all that a reader missed.
-- Only seats after the seat `after` up to the seat `through` are looked at: however many there are, one
-- slice is to take little time.
CREATE FUNCTION sweep_slice(
    older_than bigint, now bigint, trusted_from bigint, slice bigint,
    after bigint DEFAULT 0, through bigint DEFAULT 9223372036854775807
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    deleted bigint;
BEGIN
    -- One relay sweeps at a time; another has nothing to do then.
    IF NOT pg_try_advisory_xact_lock(1114597202, 1) THEN
        RETURN 0;
    END IF;
    DELETE FROM tokens WHERE expires_at <= now;
    DELETE FROM team_tokens WHERE expires_at <= now;
    UPDATE undated SET since = now WHERE since IS NULL AND now >= trusted_from;

    WITH orphans AS (
        SELECT r.seat, r.seq FROM removed m JOIN records r ON r.seat = m.seat LIMIT slice
    ), forgotten AS (
        DELETE FROM undated u USING orphans o WHERE u.seat = o.seat AND u.seq = o.seq
    )
    DELETE FROM records r USING orphans o WHERE r.seat = o.seat AND r.seq = o.seq;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    IF deleted > 0 THEN
        RETURN deleted;
    END IF;
    -- Nothing is stored for a seat once it is in here. One that came since the orphans were looked for
    -- keeps its place until they are gone.
    DELETE FROM removed m WHERE NOT EXISTS (SELECT FROM records r WHERE r.seat = m.seat);

    -- A clock that was ahead would keep its record, and what follows it, for as long as it was ahead.
    INSERT INTO undated (seat, seq, since)
    SELECT r.seat, r.seq, now FROM seats s CROSS JOIN LATERAL (
        SELECT seat, seq, received_at FROM records WHERE records.seat = s.id ORDER BY seq LIMIT 1
    ) r
    WHERE s.id > after AND s.id <= through AND r.received_at > now + 86400000 AND now >= trusted_from
    ON CONFLICT DO NOTHING;

    WITH due AS (
        SELECT f.seat, f.seq FROM seats s CROSS JOIN LATERAL (
            SELECT r.seat, r.seq,
                   bool_and(CASE WHEN u.seq IS NULL THEN r.received_at ELSE coalesce(u.since, now) END
                            < older_than) OVER (ORDER BY r.seq) AS is_due
            FROM (
                SELECT seat, seq, received_at FROM records
                WHERE records.seat = s.id ORDER BY seq LIMIT slice
            ) r
            LEFT JOIN undated u ON u.seat = r.seat AND u.seq = r.seq
        ) f
        WHERE s.id > after AND s.id <= through AND f.is_due LIMIT slice
    ), forgotten AS (
        DELETE FROM undated u USING due d WHERE u.seat = d.seat AND u.seq = d.seq
    )
    DELETE FROM records r USING due d WHERE r.seat = d.seat AND r.seq = d.seq;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;
