"""`train`: rebuild the statistical voter that ships from the project's own invented texts."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

from daemon.faults import Refused
from daemon.terminal import console


def train(*, force: bool, output: Path | None) -> int:
    """Train, say how it does on unseen writers, and put it in place unless the present one is better (then 1)."""
    # Before numpy is first loaded: with more threads its sums come out in another order, and the bytes with them.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    from classifiers.model import sentence_vectors
    from classifiers.samples import read_corpus
    from classifiers.training import is_better, shipped_files
    from classifiers.training import train as train_model

    encoder = sentence_vectors()
    if encoder is None:
        raise Refused("training needs the sentence vectors: install claimclock with its `vectors` extra")
    folder = output or model_folder()
    screen = console(stderr=True)
    made = train_model(read_corpus(), encoder, progress=lambda step: screen.print(step))
    old = read_meta(folder)
    _print(made.meta, old)
    if old and not force and not is_better(made.meta, old):
        print(f"The model in {folder} is better and stays; --force replaces it all the same.")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    contents = shipped_files(made)
    # The meta file goes last: a model that was written only in part is then still described by the old one.
    for name in sorted(contents, key=lambda name: name == "meta.json"):
        temporary = folder / f"{name}.new"
        temporary.write_bytes(contents[name])
        temporary.replace(folder / name)
    print(f"{sum(map(len, contents.values())) / 1e6:.1f} MB in {folder}")
    return 0


def model_folder() -> Path:
    """Where the shipped model lies; refuses when the program is not installed as plain files."""
    folder = files("classifiers") / "model"
    if not isinstance(folder, Path):
        raise Refused("the program's files cannot be written here; name a folder with --output")
    return folder


def read_meta(folder: Path) -> dict[str, Any] | None:
    """The meta file of the model in a folder; null when there is none."""
    path = folder / "meta.json"
    meta: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return meta


def _print(meta: dict[str, Any], old: dict[str, Any] | None) -> None:
    for name, head in meta["heads"].items():
        before = old["heads"][name]["scores"] if old else {}
        for figure, value in head["scores"].items():
            was = f" (before: {before[figure]:.3f})" if figure in before else ""
            print(f"{name} {figure.replace('_', ' ')}: {value:.3f}{was}")
