"""Orders in the style of AliExpress' open platform."""
