-- The zone's clock: one row, written when the zone is founded. zone time = zone_at + (wall - wall_at) * rate.
CREATE TABLE kernel_clock (
    id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    demo boolean NOT NULL,
    wall_at timestamptz NOT NULL,
    zone_at timestamptz NOT NULL,
    rate double precision NOT NULL DEFAULT 1 CHECK (rate >= 0 AND rate <= 86400),
    CONSTRAINT kernel_clock_real CHECK (demo OR (wall_at = zone_at AND rate = 1))
);

-- Forward only, and what was founded stays what it is: a demonstration zone holds synthetic data for ever.
-- An update that leaves zone_at alone (a change of rate) goes on from where the clock stands.
CREATE FUNCTION pz_clock_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached timestamptz;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'kernel.clock.kept: the clock of a zone is never removed';
    END IF;
    IF NEW.demo <> OLD.demo THEN
        RAISE EXCEPTION 'kernel.clock.founded: a zone stays what it was founded as';
    END IF;
    NEW.wall_at := clock_timestamp();
    reached := OLD.zone_at + (NEW.wall_at - OLD.wall_at) * OLD.rate;
    IF NEW.zone_at = OLD.zone_at THEN
        NEW.zone_at := reached;
    ELSIF NEW.zone_at < reached THEN
        RAISE EXCEPTION 'kernel.clock.backwards: the clock of a zone only moves forward';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_clock_forward BEFORE UPDATE OR DELETE ON kernel_clock
    FOR EACH ROW EXECUTE FUNCTION pz_clock_forward();

-- Zone time for defaults and triggers; wall time before the zone is founded.
CREATE FUNCTION pz_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce((SELECT zone_at + (clock_timestamp() - wall_at) * rate FROM kernel_clock), clock_timestamp())
$$;
