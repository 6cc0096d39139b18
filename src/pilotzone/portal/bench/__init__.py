"""`pilotzone bench`: a throw-away zone under a signed synthetic load, and what it cost. Everything made here is synthetic.

mix → stream (what is sent, signed before the clock starts) · zone (where) · load (who sends) · gauge (what it costs) ·
recount (what became of it) · flood (the whole run)
"""
