"""The export side across floors: the API and the exchange with the tax authority over the room."""
