"""One lock: shared by whoever opens an archive, held alone by who puts another in its place."""

import subprocess
import sys
from pathlib import Path

import pytest

from api import settings
from api.home import Home
from api.locking import InUse, held_alone, shared
from api.main import init_home, open_home

_OPENS = """
import sys
from pathlib import Path
from api import settings
from api.main import open_home
with open_home(Path(sys.argv[1]), settings.load()):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def real(tmp_path: Path) -> Path:
    init_home(tmp_path, settings.load())
    return tmp_path


def test_many_open_an_archive_at_once(real: Path) -> None:
    with open_home(real, settings.load()), open_home(real, settings.load()), shared(real):
        pass


def test_nobody_opens_what_is_being_replaced(real: Path) -> None:
    with held_alone(real), pytest.raises(InUse, match="being restored"):
        open_home(real, settings.load())
    open_home(real, settings.load()).close()


def test_nothing_is_replaced_that_another_program_has_open(real: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OPENS, str(real)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(InUse, match="open in other programs"), held_alone(real):
            pass
        other.kill()  # the lock ends with its holder, however that ends
        other.wait()
        with held_alone(real):
            pass


def test_what_could_not_be_opened_holds_nothing(real: Path) -> None:
    Home(real).access.write_bytes(b"no database" * 500)
    with pytest.raises(Exception, match="access"):
        open_home(real, settings.load())
    with held_alone(real):
        pass
