"""申报与通关: documents, matching, declarations and their states."""
