"""The rules of §4.3 themselves: pure, dated, in US dollars to the cent. Nothing here knows a database, a clock or a page."""
