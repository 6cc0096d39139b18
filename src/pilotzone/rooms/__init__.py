"""One room per system of the action plan; each is entered by its api."""
