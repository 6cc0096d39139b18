"""Who is at the door: signing in, acting for a party, the permission matrix, the first administrator, first steps."""
