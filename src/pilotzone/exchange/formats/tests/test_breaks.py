"""One break at a time is found, with a format code, at its place; and nothing is found that the schema accepts."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.places import path_of
from pilotzone.exchange.formats.schema_findings import field_of, measure
from pilotzone.exchange.formats.shapes import NAMESPACE
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, codes, made
from pilotzone.exchange.formats.tests.strategies import too_long
from pilotzone.exchange.formats.xsd import compiled

QUICK = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def places(draw):
    """(definition, root, a field element of a document) of an example message."""
    name, edition = draw(st.sampled_from(EVERY))
    told = message(name, edition)
    root = etree.fromstring(made(name, edition))
    fields = [element for element in root.iter(f"{{{NAMESPACE}}}*") if field_of(told, element)[1] is not None]
    return told, root, draw(st.sampled_from(fields))


def _judged(told, root):
    raw = etree.tostring(root, encoding="utf-8")
    return parse(raw, edition=told.edition, on=DAYS[told.edition], rules=False)


@QUICK
@given(places())
def test_a_value_too_long_is_found_at_its_element(drawn):
    told, root, element = drawn
    _, field = field_of(told, element)
    assume(field.facets.high is not None or field.facets.base != "string")
    element.text = too_long(field.facets)
    (found,) = _judged(told, root).findings
    assert found.code in ("format.too_long", "format.length", "format.digits", "format.number")
    assert found.path == path_of(element, told)
    assert field.zh in found.zh and found.line > 0 and told.name.removesuffix("Message") in found.source


@QUICK
@given(places())
def test_a_missing_mandatory_element_is_found_where_it_should_stand(drawn):
    told, root, element = drawn
    _, field = field_of(told, element)
    assume(field.required and not field.tolerate_missing)
    path = path_of(element, told)
    element.getparent().remove(element)
    found = _judged(told, root).findings
    assert [(one.code, one.path) for one in found] == [("format.missing", path)]


@QUICK
@given(places())
def test_an_extra_element_is_found_at_its_place(drawn):
    told, root, element = drawn
    assume(not told.tolerate_unknown)
    stranger = etree.Element(f"{{{NAMESPACE}}}stranger")
    element.addprevious(stranger)
    found = _judged(told, root).findings
    assert [(one.code, one.path) for one in found] == [("format.unexpected", path_of(stranger, told))]


@QUICK
@given(places())
def test_two_elements_in_the_wrong_order_are_found(drawn):
    told, root, element = drawn
    after = element.getnext()
    assume(after is not None and after.tag != element.tag)
    after.addnext(element)
    found = _judged(told, root).findings
    assert [(one.code, one.path) for one in found] == [("format.order", path_of(element, told))]


@QUICK
@given(places())
def test_an_element_twice_is_found(drawn):
    told, root, element = drawn
    assume(field_of(told, element)[1].facets.base != "any")
    twin = etree.Element(element.tag)
    twin.text = element.text
    element.addnext(twin)
    found = _judged(told, root).findings
    assert [(one.code, one.path) for one in found] == [("format.repeated", path_of(twin, told))]


@QUICK
@given(places(), st.text(st.sampled_from("0123456789.+-eE x\t"), max_size=25))
def test_the_measure_agrees_with_the_schema(drawn, text):
    told, root, element = drawn
    part, field = field_of(told, element)
    assume(field.facets.base != "any" and not field.tolerate_missing)
    element.text = text
    accepted = compiled(told.name, told.edition).validate(etree.fromstring(etree.tostring(root)))
    problem = measure(field, text, path="/x", line=1, source="")
    assert accepted == (problem is None), (field.facets, text, problem)
    assert bool(codes(_judged(told, root))) == (not accepted)


@QUICK
@given(places(), st.sampled_from(["attribute", "nested", "text"]))
def test_attributes_children_and_stray_text_are_found(drawn, kind):
    told, root, element = drawn
    assume(field_of(told, element)[1].facets.base != "any")
    if kind == "attribute":
        element.set("x", "1")
    elif kind == "nested":
        etree.SubElement(element, "x")
    else:
        element.tail = "stray"
    found = _judged(told, root).findings
    expected = {"attribute": "format.attribute", "nested": "format.nested", "text": "format.text"}[kind]
    assert [one.code for one in found] == [expected]
