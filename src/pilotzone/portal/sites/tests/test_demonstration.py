"""The demonstration's sub-platforms: all districts have theirs but one, which the visitor opens by the form."""

from __future__ import annotations

import pytest

from pilotzone.kernel.access import sites
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.districts import LEFT, open_all
from pilotzone.portal.sites.tests.conftest import FORM, NOW, Enter

pytestmark = pytest.mark.django_db


def test_one_district_is_left_for_the_form_which_names_it(login: Enter) -> None:
    office = login("zone_officer", "zone")
    with scope(PLATFORM):
        left = Unit.objects.get(code=LEFT)
    opened = open_all()
    assert open_all() == 0 and sites.coverage(NOW.date()).missing == (left.name_zh,)
    page = office.get("/sites/new/").content.decode()
    assert f'<option value="{LEFT}"' in page and page.count("<option value=") == 1 + len(sites.choices()["accents"])
    facts = FORM | {"unit": LEFT, "slug": "wanli", "name_zh": "湾里分平台", "name_en": "Wanli platform"}
    assert office.post("/sites/new/", facts).status_code == 302
    with scope(PLATFORM):
        assert sites.coverage(NOW.date()).open == opened + 1


def test_where_all_are_open_the_page_says_which_and_how_one_is_tried(login: Enter) -> None:
    office = login("zone_officer", "zone")
    open_all()
    facts = FORM | {"unit": LEFT, "slug": "wanli", "name_zh": "湾里分平台", "name_en": "Wanli platform"}
    office.post("/sites/new/", facts)
    page = office.get("/sites/new/").content.decode()
    assert "各县区、开发区都已开通" in page and "次日" in page
    assert 'href="/sites/wanli/"' in page and 'href="/sites/d360111/"' in page
