"""What changes in the room: batches on a cursor of the caller's transaction; a desk action is a batch of one."""
