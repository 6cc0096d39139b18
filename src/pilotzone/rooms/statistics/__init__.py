"""统计: sampling, estimation, disclosure control, seasonal adjustment, indices, checks, vintages, indicators."""
