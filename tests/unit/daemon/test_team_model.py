"""A team's own model is used while it is as good as the shipped one, and passed over in every other case."""

import json
import shutil
from importlib.resources import as_file, files

import pytest

from classifiers.model import VOTER_FILES, load_voter
from classifiers.samples import read_corpus
from config.vocabulary import Event, Kind
from daemon.commands.train import samples_of
from daemon.storage.correction_rows import Lesson
from daemon.team_model import find, shipped_meta, team_folder, voter_for, why_unfit


@pytest.fixture
def state(tmp_path):
    """A state directory with a team's model in it: a copy of the shipped one."""
    folder = team_folder(tmp_path)
    folder.mkdir()
    with as_file(files("classifiers") / "model") as shipped:
        for name in VOTER_FILES:
            shutil.copy(shipped / name, folder / name)
    return tmp_path


def rewrite(state, **changed):
    path = team_folder(state) / "meta.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_without_a_model_of_its_own_the_shipped_one_votes(tmp_path):
    assert find(tmp_path) is None
    assert voter_for(None) is load_voter()


def test_a_model_that_is_as_good_votes_in_place_of_the_shipped_one(state):
    own = voter_for(find(state))
    assert own is not None and own is not load_voter()
    assert own is voter_for(find(state)), "it is read once"


def test_a_worse_one_is_passed_over_and_the_log_says_why(state, caplog):
    heads = json.loads(json.dumps(shipped_meta()["heads"]))
    heads["strong"]["scores"]["kind"] -= 0.05
    rewrite(state, heads=heads)
    assert find(state) is None
    assert "worse than the shipped one" in caplog.text and "claimclock train --corrections" in caplog.text


def test_one_that_was_made_beside_another_version_is_passed_over(state):
    rewrite(state, corpus="of another version")
    assert find(state) is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"corpus": 1}'])
def test_a_damaged_description_is_passed_over(state, text):
    (team_folder(state) / "meta.json").write_text(text)
    assert find(state) is None


def test_damaged_weights_leave_the_vote_to_the_shipped_model(state, caplog):
    (team_folder(state) / "strong_ngrams.npy").write_bytes(b"no array")
    assert voter_for(find(state)) is load_voter()
    assert "cannot be read" in caplog.text


def test_the_shipped_model_is_as_good_as_itself():
    assert why_unfit(shipped_meta()) is None


def test_nothing_is_learnt_of_what_the_corpus_has_no_like_of():
    lessons = [
        Lesson(text="a", kind=Kind.CS_REQUEST, event=None, language="en"),
        Lesson(text="b", kind=Kind.CS_REQUEST, event=Event.OPENED, language="de"),
    ]
    assert [(each.text, each.label) for each in samples_of(lessons, read_corpus())] == [("b", "cs_request.opened")]
