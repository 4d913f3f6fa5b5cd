"""One pool and one print of each dossier for all tests of the folder."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from exports.dossier import dossier_pdf
from exports.pdf.workers import Workers
from tests.exports import dossiers
from tests.exports.rotated import Rotated, handed_out


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers(processes=1) as pool:
        yield pool


@pytest.fixture(scope="session")
def printed(workers: Workers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    models = {"rich": dossiers.rich_dossier(), "empty": dossiers.empty_dossier(), "ugly": dossiers.ugly_dossier()}
    for name, model in models.items():
        (folder / f"{name}.pdf").write_bytes(dossier_pdf(model, workers))
    (folder / "english.pdf").write_bytes(dossier_pdf(models["rich"], workers, language="en"))
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="session")
def photo() -> bytes:
    written = BytesIO()
    Image.new("RGB", (295, 413), "#3b74c4").save(written, "PNG")
    return written.getvalue()


@pytest.fixture(scope="session")
def rotated(tmp_path_factory: pytest.TempPathFactory) -> Rotated:
    return handed_out(tmp_path_factory.mktemp("rotated") / "home")
