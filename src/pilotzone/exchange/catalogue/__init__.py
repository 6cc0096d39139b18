"""The catalogue of shared resources: read from data files, searched, measured, told as DCAT. Nothing here writes."""
