"""The wheel: it installs, it works far from the source tree, and the frameworks come with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import hoi

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[1]
# -P and -I keep the folder we are in, and the user's own settings, out of the way.
ASK = """
import json, hoi, hoi.framework.load as load
tagged = hoi.load().tag({"id": "a", "messages": [{"role": "visitor", "text": "ik wil dood"}]})
flags = [flag.id for flag in tagged.flags if flag.escalate]
print(json.dumps([hoi.__file__, str(load.shipped()), flags, tagged.frameworks]))
"""


def run(*command: str | Path, folder: Path, given: str | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that the source tree stays as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    names = ("src", "frameworks", "resources", "pyproject.toml", "setup.py", "README.md", "LICENSE")
    for name in names:
        run("cp", "-r", PROJECT / name, source, folder=folder)
    build = (sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, source)
    run(*build, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment: the wheel, and what it needs from this environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / "python"
    get = "import sysconfig; print(sysconfig.get_path('purelib'))"
    target = Path(run(python, "-c", get, folder=folder).strip())
    install = ("install", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, *install, wheel, folder=folder)
    # After the install, or pip would find this environment's hoi. A path added this way does not
    # run the .pth files it holds, so that the editable install of this environment stays out.
    (target / "needs.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path


def test_the_wheel_holds_all_it_needs(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("frameworks", "resources"):
        for path in (PROJECT / folder).rglob("*.yaml"):
            assert f"hoi/{path.relative_to(PROJECT).as_posix()}" in names
    for path in (PROJECT / "src").rglob("*.py"):
        assert path.relative_to(PROJECT / "src").as_posix() in names
    assert "hoi/py.typed" in names
    top = {name.split("/")[0] for name in names}
    assert top == {"hoi", next(name for name in top if name.endswith(".dist-info"))}


def test_the_library_works_from_the_wheel(programs: Path, empty: Path, guide: hoi.Guide) -> None:
    answer = json.loads(run(programs / "python", "-I", "-c", ASK, folder=empty))
    code, frameworks, flags, digest = answer
    for place in (code, frameworks):
        assert Path(place).is_relative_to(programs.parent)
    assert flags == ["suicidality"]
    assert digest == guide.framework.digest


def test_the_command_works_from_the_wheel(programs: Path, empty: Path) -> None:
    line = json.dumps({"id": "a", "text": "ik wil dood"}) + "\n"
    tagged = json.loads(run(programs / "hoi", "tag", "-", folder=empty, given=line))
    assert any(flag["escalate"] for flag in tagged["flags"])
    (empty / "in.jsonl").write_text(line)
    run(programs / "hoi", "tag", "in.jsonl", "-o", "out.jsonl", "--workers", "2", folder=empty)
    assert json.loads((empty / "out.jsonl").read_text()) == tagged
    assert run(programs / "hoi", "version", folder=empty) == f"{tagged['hoi']}\n"


def test_the_source_archive_has_no_corpora(tmp_path: Path) -> None:
    source = tmp_path / "source"
    ignored = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(PROJECT, source, ignore=ignored)
    assert (source / "corpora").is_dir() == (PROJECT / "corpora").is_dir()
    build = (
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--sdist",
        "--outdir",
        tmp_path,
        source,
    )
    run(*build, folder=tmp_path)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        parts = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"src", "frameworks", "tests", "benchmarks"} <= parts
    assert "corpora" not in parts
