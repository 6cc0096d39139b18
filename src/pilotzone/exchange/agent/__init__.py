"""The client agent of a firm: takes messages from a folder or a connector, signs, sends, fetches receipts back.

`client.Client` is the Python client of the platform; `runner.Agent` what `pilotzone agent run` does. Both run on the
firm's machine with its own key: no Django, no database, no clock of their own.
"""
