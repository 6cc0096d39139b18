"""The tax computation itself: pure, dated, to the cent. Nothing here knows a database, a clock or a page."""
