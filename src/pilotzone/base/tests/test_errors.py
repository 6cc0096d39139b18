from __future__ import annotations

import pickle

from pilotzone.base.errors import Gap, Problem, Refused


def test_a_problem_tells_its_four_parts_always_and_the_rest_when_there_is_some() -> None:
    problem = Refused(code="rule.x", zh="错", en="wrong", source="§1")
    assert problem.as_dict() == {"code": "rule.x", "zh": "错", "en": "wrong", "source": "§1"}
    full = Gap(code="reference.missing", zh="缺", en="gone", fields={"hs": "?"}, whose="zone", mend_en="fill")
    assert full.as_dict()["fields"] == {"hs": "?"}
    assert isinstance(full, Problem)


def test_a_problem_crosses_a_process_boundary() -> None:
    back = pickle.loads(pickle.dumps(Refused(code="rule.x", zh="错", en="wrong", fields={"a": "b"})))
    assert (type(back), back.code, back.fields) == (Refused, "rule.x", {"a": "b"})
