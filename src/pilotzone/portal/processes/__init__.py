"""The process tree: embedded PostgreSQL, web, intake, workers, scheduler, simulators, and who watches them."""
