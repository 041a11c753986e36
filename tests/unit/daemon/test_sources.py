import io
import sys
from types import SimpleNamespace

import pytest

from daemon.sources import sources, split_mbox

MAIL = b"Subject: one\n\nbody\n"


def names(*paths):
    return [source.name for source in sources([str(path) for path in paths])]


def test_a_folder_gives_its_mails_sorted_by_name(tmp_path):
    for name in ("b.eml", "a.eml", "C.EML", "notes.txt"):
        (tmp_path / name).write_bytes(MAIL)
    assert names(tmp_path) == [f"{tmp_path}/{name}" for name in ("C.EML", "a.eml", "b.eml")]


def test_paths_keep_the_order_in_which_they_were_given(tmp_path):
    for name in ("b.eml", "a.eml"):
        (tmp_path / name).write_bytes(MAIL)
    assert names(tmp_path / "b.eml", tmp_path / "a.eml") == [f"{tmp_path}/b.eml", f"{tmp_path}/a.eml"]


def test_a_maildir_is_read_by_key_whatever_the_flags(tmp_path):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "2.host:2,S").write_bytes(MAIL)
    (tmp_path / "new" / "1.host").write_bytes(MAIL)
    (tmp_path / "tmp" / "3.host").write_bytes(b"half")
    assert names(tmp_path) == [f"{tmp_path}#1.host", f"{tmp_path}#2.host"]


def test_an_mbox_is_split_at_its_from_lines_only(tmp_path):
    box = (
        b"From a@x.example Mon Nov 23 10:00:00 2026\nSubject: one\n\nFrom here on nothing changes.\n"
        b">From the start\n\nFrom now\n\n"
        b"From b@x.example Mon Nov 23 11:00:00 2026\nSubject: two\n\nlast\n"
    )
    path = tmp_path / "box"
    path.write_bytes(box)
    one, two = list(sources([str(path)]))
    assert (one.name, two.name) == (f"{path}#1", f"{path}#2")
    assert one.raw == b"Subject: one\n\nFrom here on nothing changes.\nFrom the start\n\nFrom now\n"
    assert two.raw == b"Subject: two\n\nlast\n"


def test_text_before_the_first_from_line_of_an_mbox_is_no_message():
    assert list(split_mbox(io.BytesIO(b"junk\n\nFrom a Mon Nov 23 10:00:00 2026\nA: b\n\n"))) == [b"A: b\n"]


def test_standard_input_is_one_message(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(MAIL)))
    (source,) = sources(["-"])
    assert (source.name, source.raw) == ("-", MAIL)


@pytest.mark.parametrize("name", ["missing.eml", "empty-folder"])
def test_a_path_without_mail_is_an_error_and_the_next_one_is_read(tmp_path, name):
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "a.eml").write_bytes(MAIL)
    wrong, right = sources([str(tmp_path / name), str(tmp_path / "a.eml")])
    assert wrong.error
    assert right.raw == MAIL
