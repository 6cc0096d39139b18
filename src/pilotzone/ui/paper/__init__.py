"""Papers for print: what stands on a sheet, its drawing as PDF, its seal."""
