-- The trail is read by day, by action and by unit at a million lines; by person and by object there are indexes already.
-- Compared byte by byte: a beginning of an action is a stretch of the index, and row-level security lets such a comparison pass.
CREATE INDEX kernel_audit_zone ON kernel_audit (at_zone, id);
CREATE INDEX kernel_audit_action ON kernel_audit (action COLLATE "C", at_zone, id);
CREATE INDEX kernel_audit_unit ON kernel_audit (unit COLLATE "C", at_zone, id);
