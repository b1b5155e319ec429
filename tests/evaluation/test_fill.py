import pytest
import yaml

from tests.evaluation.fill import fill
from tests.evaluation.samples import a_task
from tests.evaluation.tasks import load_one

TEXT = """\
# a comment that stays
id: share
category: algorithms
prompt: Write share(part, whole).
solutions:
  right: |
    def share(part, whole):
        return 100 * part / whole
  wrong:
    - name: fraction
      code: "def share(part, whole): return part / whole"
    - name: rounded
      code: "def share(part, whole): return 100 * part // whole"
  gamed: []
tests:
  - name: test_one
    setup: |
      # misread: not this one
      x = 1
    call: share(x, 8)
    wrong: "13"   # and this one
    misread:
      fraction: "old"
  - name: test_two
    call: share(2, 8)
    right: "25.0"
    misread: {rounded: old}
    wrong: "26"

oracle: |
  def test_it():
      pass
"""
GAVE = {
    "right": {"test_one": "12.5", "test_two": "25.0"},
    "fraction": {"test_one": "0.125", "test_two": "raises ValueError"},
    "rounded": {"test_one": "12", "test_two": "25.0"},
}


def test_only_values_are_written(tmp_path):
    path = tmp_path / "share.yaml"
    path.write_text(TEXT)
    fill(path, load_one(path), GAVE)
    one, two = load_one(path).tests
    assert (one.right, one.misread) == ("12.5", {"fraction": "0.125", "rounded": "12"})
    assert (two.right, two.misread) == ("25.0", {"fraction": "raises ValueError"})
    kept = [line for line in TEXT.splitlines() if "misread:" not in line and "old" not in line]
    text = path.read_text()
    assert [line for line in kept if line not in text.splitlines()] == []
    fill(path, load_one(path), GAVE)
    assert path.read_text() == text


def test_a_file_that_can_not_be_filled_is_left_alone(tmp_path):
    path = tmp_path / "share.yaml"
    text = yaml.safe_dump(a_task().model_dump(), default_flow_style=True)
    path.write_text(text)
    with pytest.raises(ValueError, match=r"share\.yaml"):
        fill(path, load_one(path), {"right": {"test_1": "7"}, "rounded": {"test_1": "8"}})
    assert path.read_text() == text
