"""Where a zone keeps its state, how it reaches its database, and what the doctor finds."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from pilotzone.portal.processes import connections, diagnosis, home, records


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("PILOTZONE_STATE", str(tmp_path / "named"))
    return tmp_path / "var"


def test_the_state_folder_is_the_one_asked_for(asked: Path) -> None:
    umask = os.umask(0o077)
    try:
        assert home.settle(lambda folder: True) == asked == home.home()
    finally:
        os.umask(umask)
    assert asked.stat().st_mode & 0o777 == 0o755


def test_where_the_database_may_not_enter_a_named_folder_is_used_and_recorded(asked: Path) -> None:
    named = home.settle(lambda folder: "named" in str(folder))
    assert named.parent == asked.parent / "named"
    assert (asked / "moved-to").read_text().strip() == str(named)
    assert home.home() == named
    assert home.settle(lambda folder: True) == named, "it stays there"


def test_a_role_reaches_the_embedded_server_by_its_socket(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    words = conninfo_to_dict(connections.dsn("pz_web", asked))
    assert words == {"host": str(home.socket_dir(asked / "postgres")), "user": "pz_web", "dbname": "pilotzone"}
    assert len(str(words["host"])) < 90


def test_a_role_reaches_a_server_of_its_own_with_its_password(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_DB_PASSWORD_WEB", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:p%40ss@db.example:5433/zone?sslmode=require")
    monkeypatch.setenv("PILOTZONE_DB_PASSWORD_FLOOD", "f'l od")
    web, flood = (conninfo_to_dict(connections.dsn(role, asked)) for role in ("pz_web", "pz_flood"))
    assert (web["user"], web["password"], web["host"], web["sslmode"]) == ("pz_web", "p@ss", "db.example", "require")
    assert flood["password"] == "f'l od"
    assert connections.where() == "db.example/zone"


def test_the_doctor_names_a_busy_port_and_a_server_that_does_not_answer(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/zone?connect_timeout=2")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PILOTZONE_INTAKE_PORT", str(port))
        found = diagnosis.findings(9)
    assert [one.code for one in found if one.code.startswith(("doctor.role", "doctor.database"))] == [
        "doctor.database_away"
    ]
    (busy,) = [one for one in found if one.code == "doctor.port" and str(port) in one.en]
    assert busy.mend == "choose another with PILOTZONE_INTAKE_PORT"
    assert all(one.zh and one.en and one.mend for one in found)


@pytest.mark.parametrize(("path", "name"), [("zone", '"zone"'), ("Zone-1", '"Zone-1"'), ("user", '"user"')])
def test_the_sql_for_the_dba_makes_the_roles_and_the_database_of_the_address(
    path: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://db.example/{path}?sslmode=require")
    told = connections.dba_sql()
    assert "CREATE ROLE pz_web LOGIN NOSUPERUSER NOBYPASSRLS" in told
    assert f"CREATE DATABASE {name} OWNER pz_owner" in told and f"\\connect {name}\n" in told


def test_the_counterparts_role_is_wanted_where_they_are_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_CUSTOMS_URL", raising=False)
    assert connections.roles()[-1] == "pz_counterpart"
    assert connections.password_setting("pz_counterpart") == "PILOTZONE_DB_PASSWORD_COUNTERPART"
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "https://customs.example")
    assert connections.roles() == ("pz_owner", "pz_web", "pz_flood")


def test_the_socket_lies_beside_the_data_where_its_path_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_SOCKETS", raising=False)
    assert home.socket_dir(Path("/srv/zone/postgres")) == Path("/srv/zone/sockets")
    fits = Path("/") / ("x" * (107 - len("//sockets/.s.PGSQL.5432"))) / "postgres"
    assert home.socket_dir(fits) == fits.parent / "sockets"
    assert len(str(home.socket_dir(fits) / ".s.PGSQL.5432")) == 107
    longer = Path("/") / ("x" * (108 - len("//sockets/.s.PGSQL.5432"))) / "postgres"
    assert home.socket_dir(longer).parent == Path(tempfile.gettempdir())


def test_the_doctor_says_when_a_running_zone_cannot_reach_its_database(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PILOTZONE_DB_HOST", raising=False)
    assert "doctor.database" not in [one.code for one in diagnosis.findings()], "nothing runs"
    lock = records.Lock(asked)
    lock.take()
    try:
        found = [one for one in diagnosis.findings() if one.code == "doctor.database"]
    finally:
        lock.release()
    assert found and found[0].zh and found[0].mend


def test_the_doctor_names_a_process_that_does_not_become_ready(asked: Path) -> None:
    lock = records.Lock(asked)
    lock.take()
    rows = [
        {"name": name, "state": "starting", "pid": 1, "restarts": 0, "exit_code": None, "started": time.time() - age}
        for name, age in (("simulators", 100.0), ("web", 20.0))
    ]
    try:
        records.write(records.tree_file(asked), {"processes": rows})
        found = [one for one in diagnosis.findings() if one.code == "doctor.process_slow"]
    finally:
        lock.release()
    assert len(found) == 1 and "simulators" in found[0].zh and found[0].mend.endswith("/logs/simulators.log")


def test_the_doctor_finds_a_socket_path_too_long(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PILOTZONE_SOCKETS", "/tmp/" + "x" * 100)
    assert "doctor.socket" in [one.code for one in diagnosis.findings()]


def test_the_doctor_names_a_missing_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONE_FONTS", str(tmp_path))
    (told,) = [one for one in diagnosis.findings() if one.code == "doctor.font"]
    assert "fonts-noto-cjk" in told.mend
    (tmp_path / "wqy-microhei.ttc").touch()
    assert "doctor.font" not in [one.code for one in diagnosis.findings()]
