"""The room of filing 备案. Entered by api.py."""
