import json

from tests.evaluation.recording import RecordedModel
from tests.scripted_model import Request


def asks(text, model="m"):
    body = {"model": model, "messages": [{"role": "user", "content": text}]}
    return Request("/v1/chat/completions", {}, body)


class Upstream(RecordedModel):
    """A recording of a model that answers by counting."""

    def __init__(self, recording):
        super().__init__(recording, "some/model")
        self.count = 0

    def _ask(self, request):
        self.count += 1
        return {"text": f"answer {self.count}", "finish_reason": "stop", "usage": [10, 2]}


def test_a_recording_says_the_same_again(tmp_path):
    path = tmp_path / "said.jsonl"
    upstream = Upstream(path)
    said = [upstream.answer(asks(text)).text for text in ("a", "b", "a")]
    assert said == ["answer 1", "answer 2", "answer 3"]
    replay = RecordedModel(path)
    assert [replay.answer(asks(text)).text for text in ("b", "a", "a")] == [
        "answer 2",
        "answer 1",
        "answer 3",
    ]
    assert replay.answer(asks("b")).status == 400


def test_markers_around_data_make_no_other_request(tmp_path):
    path = tmp_path / "said.jsonl"
    Upstream(path).answer(asks("<data-0a1b2c file a.py>\nx\n</data-0a1b2c>"))
    again = RecordedModel(path).answer(asks("<data-ffff00 file a.py>\nx\n</data-ffff00>"))
    assert (again.text, again.usage) == ("answer 1", (10, 2))


def test_a_recording_goes_on_where_it_ended(tmp_path):
    path = tmp_path / "said.jsonl"
    Upstream(path).answer(asks("a"))
    second = Upstream(path)
    assert [second.answer(asks(text)).text for text in ("a", "b")] == ["answer 1", "answer 1"]
    assert [json.loads(line)["text"] for line in path.read_text().splitlines()] == ["answer 1", "answer 1"]
    assert second.count == 1
