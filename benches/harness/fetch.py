"""Fetches the standard programs from PyPI into a cache outside the repository."""

import os
import pathlib
import subprocess
import sys
import zipfile

PYPERFORMANCE = "1.14.0"
PYAES = "1.6.1"

# The pure-Python programs of pyperformance whose times pystm is judged by.
STANDARD = """
    richards deltablue nbody fannkuch float chaos raytrace go hexiom nqueens spectral_norm scimark pyflate
    meteor_contest crypto_pyaes generators comprehensions deepcopy unpack_sequence json_dumps json_loads
    regex_compile logging pidigits mdp
""".split()


def cache():
    """The cache directory."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "pystm-benches"


def pip_download(requirement, directory):
    """Downloads one package, without what it depends on, and returns its file."""
    directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(directory), requirement]
    subprocess.run(command, check=True)
    return next(path for path in directory.iterdir() if path.is_file())


def unpack(name, version):
    """The directory with the unpacked package `name`; downloads it the first time."""
    target = cache() / f"{name}-{version}"
    if not target.exists():
        archive = pip_download(f"{name}=={version}", cache() / f"{name}-{version}.download")
        fresh = target.with_suffix(".part")
        if archive.suffix == ".whl":
            zipfile.ZipFile(archive).extractall(fresh)
        else:
            import tarfile
            tarfile.open(archive).extractall(fresh, filter="data")
        fresh.rename(target)
    return target


def programs():
    """The standard programs, name to script, and the directories that they need on their path."""
    root = unpack("pyperformance", PYPERFORMANCE) / "pyperformance" / "data-files" / "benchmarks"
    scripts = {name: root / f"bm_{name}" / "run_benchmark.py" for name in STANDARD}
    path = [str(pathlib.Path(__file__).parent.parent / "shim")]
    try:
        pyaes = unpack("pyaes", PYAES)
        path += [str(package.parent.parent) for package in pyaes.rglob("pyaes/__init__.py")]
    except subprocess.CalledProcessError as error:
        print(f"pyaes cannot be had, crypto_pyaes is left out: {error}", file=sys.stderr)
        del scripts["crypto_pyaes"]
    return scripts, path
