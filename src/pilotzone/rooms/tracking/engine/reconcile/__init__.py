"""日对账: ledgers of customs, tax, foreign exchange and carriers joined list by list; what does not agree, by kind."""
