"""外汇: collection and settlement of foreign exchange (收结汇)."""
