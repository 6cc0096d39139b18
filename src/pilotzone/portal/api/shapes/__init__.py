"""What the API answers, field by field: the source of /api/v1/openapi.json. Descriptions read "Chinese / English"."""
