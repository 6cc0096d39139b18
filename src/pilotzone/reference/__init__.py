"""What the law and the code lists say on a day: rates, codes, goods, reasons, calendar.

Every lookup names its day.

Data lies in `pilotzone/data/` (shipped, read-only); a zone's own values in `PILOTZONE_HOME/data/` (overlay).
"""
