"""What changes in the room: each verb is one transaction, with an audit line and its events."""
