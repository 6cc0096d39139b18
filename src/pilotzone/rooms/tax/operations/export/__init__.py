"""The verbs of the export side: register, match, file, sign, review, decide, settle. Each is a batch of one firm."""
