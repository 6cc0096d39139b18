"""Papers for print: which kinds there are, their doors, the verification everybody may ask."""
