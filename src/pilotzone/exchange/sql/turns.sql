-- Workers take turns on one stream: each claims the next stretch of messages, works out what needs no lock beside the
-- others, and decides when its forerunner has committed or died. Both numbers are hints: the cursor is the truth.
CREATE SEQUENCE exchange_claimed AS bigint MINVALUE 0 START 0;
CREATE SEQUENCE exchange_ticket AS integer MINVALUE 1 CYCLE;
