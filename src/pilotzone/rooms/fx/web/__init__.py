"""The pages of the room: the bank's queue and the firm's 收结汇."""
