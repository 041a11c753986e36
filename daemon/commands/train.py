"""`train`: rebuild the statistical voter that ships from the project's own invented texts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.faults import Refused
from daemon.terminal import console

if TYPE_CHECKING:
    from classifiers.model import SentenceVectors, Voter
    from classifiers.samples import Sample
    from daemon.storage.correction_rows import Lesson


def train(*, force: bool, output: Path | None) -> int:
    """Train, say how it does on unseen writers, and put it in place unless the present one is better (then 1)."""
    encoder = _encoder()
    from classifiers.samples import read_corpus
    from classifiers.training import is_better, shipped_files
    from classifiers.training import train as train_model

    folder = output or model_folder()
    made = train_model(read_corpus(), encoder, progress=_progress)
    old = read_meta(folder)
    _print(made.meta, old)
    if old and not force and not is_better(made.meta, old):
        print(f"The model in {folder} is better and stays; --force replaces it all the same.")
        return 1
    _write(folder, shipped_files(made))
    return 0


def train_team(*, output: Path | None, settings_path: Path | None, database: str | None) -> int:
    """Train a team's own model with what it has corrected; 1 when the shipped one is better and stays in use."""
    encoder = _encoder()
    from classifiers.model import load_voter, voter_of
    from classifiers.samples import read_corpus
    from classifiers.training import train_voter, voter_files
    from daemon.database import database_url, open_store
    from daemon.storage import correction_rows
    from daemon.team_model import shipped_meta, team_folder, why_unfit
    from daemon.workspace import settings_if_any

    settings = settings_if_any(settings_path)
    if output is None and settings is None:
        raise Refused("where shall the model go? name the settings with --settings, or a folder with --output")
    with open_store(database_url(database, settings), lock=False) as store, store.read() as tx:
        lessons = correction_rows.lessons(tx)

    corpus = read_corpus()
    learnt = samples_of(lessons, corpus)
    if not learnt:
        print(
            "Nothing to learn from: no mail was corrected, or their texts have been erased. The shipped model is used."
        )
        return 1
    trained, meta = train_voter([*corpus, *learnt], encoder, progress=_progress)
    meta = {**meta, "corrections": len(learnt)}
    _print(meta, dict(shipped_meta()))
    _print_lessons(learnt, voter_of(trained), load_voter())
    if fault := why_unfit(meta):
        print(f"The team's own model is not put in place: {fault}.")
        return 1
    _write(output or team_folder(settings.state_directory if settings else Path()), voter_files(trained, meta))
    print("The service uses it from its next start or reload on: systemctl reload claimclock")
    return 0


def samples_of(lessons: Sequence[Lesson], corpus: Sequence[Sample]) -> list[Sample]:
    """Corrected mails as training texts; what the corpus has no like of is passed over."""
    from classifiers.samples import TEAM, Sample

    known = {sample.label for sample in corpus}
    found = (
        Sample(text=each.text, kind=each.kind, event=each.event, language=each.language, style=TEAM) for each in lessons
    )
    return [sample for sample in found if sample.label in known]


def _print_lessons(learnt: Sequence[Sample], own: Voter, shipped: Voter | None) -> None:
    def right(voter: Voter) -> int:
        said = voter.vote([sample.text for sample in learnt])
        return sum(each.alternatives[0][0] is sample.kind for each, sample in zip(said, learnt, strict=True))

    before = f", the shipped one {right(shipped)}" if shipped else ""
    print(f"{len(learnt)} corrected mails: the new model reads {right(own)} as they were corrected{before}")


def _encoder() -> SentenceVectors:
    # Before numpy is first used: with more threads its sums come out in another order, and the bytes with them.
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    from classifiers.model import sentence_vectors

    encoder = sentence_vectors()
    if encoder is None:
        raise Refused("training needs the sentence vectors: install claimclock with its `vectors` extra")
    return encoder


def _progress(step: str) -> None:
    console(stderr=True).print(step)


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # The meta file goes last: a model that was written only in part is then still described by the old one.
    for name in sorted(contents, key=lambda name: name == "meta.json"):
        temporary = folder / f"{name}.new"
        temporary.write_bytes(contents[name])
        temporary.replace(folder / name)
    print(f"{sum(map(len, contents.values())) / 1e6:.1f} MB in {folder}")


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
