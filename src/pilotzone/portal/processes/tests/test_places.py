"""Where a zone keeps its state, how it reaches its database, and what the doctor finds."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from pilotzone.portal.processes import connections, diagnosis, home, postgres, records


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


def test_a_tests_zone_begins_with_a_copy_of_a_cluster(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = asked.parent / "pattern"
    pattern.mkdir(mode=0o700)
    (pattern / "PG_VERSION").write_text("18")
    monkeypatch.setenv("PILOTZONE_CLUSTER", str(pattern))
    made = postgres.Server(home.database_dir(asked), asked / "programs")
    made.prepare()
    made.prepare()
    assert [path.name for path in made.data.iterdir()] == ["PG_VERSION"]
    assert made.data.stat().st_mode & 0o777 == 0o700


def test_a_role_reaches_the_embedded_server_by_its_socket(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    words = conninfo_to_dict(connections.dsn("pz_web", asked))
    assert words == {"host": str(home.socket_dir(asked / "postgres")), "user": "pz_web", "dbname": "pilotzone"}
    assert len(str(words["host"])) < 90


def test_a_role_reaches_a_server_of_its_own_with_its_password(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:p%40ss@db.example:5433/zone?sslmode=require")
    monkeypatch.setenv("PILOTZONE_DB_PASSWORD_FLOOD", "f'l od")
    web, flood = (conninfo_to_dict(connections.dsn(role, asked)) for role in ("pz_web", "pz_flood"))
    assert (web["user"], web["password"], web["host"], web["sslmode"]) == ("pz_web", "p@ss", "db.example", "require")
    assert flood["password"] == "f'l od"
    assert connections.where() == "db.example/zone"


def test_the_doctor_names_a_busy_port_and_missing_roles(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/zone?connect_timeout=2")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PILOTZONE_INTAKE_PORT", str(port))
        found = diagnosis.findings(9)
    assert [one.code for one in found if one.code == "doctor.role"] == ["doctor.role"] * 3
    (busy,) = [one for one in found if one.code == "doctor.port" and str(port) in one.en]
    assert busy.mend == "choose another with PILOTZONE_INTAKE_PORT"
    assert all(one.zh and one.en and one.mend for one in found)
    assert "CREATE ROLE pz_web LOGIN NOSUPERUSER NOBYPASSRLS" in connections.dba_sql()


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
