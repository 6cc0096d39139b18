"""Identifier schemes, one twin each: `compact validate is_valid format calc_check_digit`.

- `compact(number)` takes blanks and the scheme's separators out and writes letters as capitals;
- `validate(number)` gives the compact form or raises Refused `rule.id.<scheme>`;
- `is_valid(number)` says whether `validate` would pass;
- `format(number)` writes a compact number the way people read it;
- `calc_check_digit(number)` computes the check digit of a number given without it. The twins customs_code,
  customs_district, hs, invt_no and pre_no have none: no document tells of a check digit in those schemes.
"""
