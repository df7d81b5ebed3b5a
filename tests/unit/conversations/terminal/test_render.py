import io

from rich.console import Console

from conversations.terminal.frames import Frame, Refused
from conversations.terminal.render import Renderer


def shown(*frames: Frame) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    renderer = Renderer(console)
    for frame in frames:
        renderer.frame(frame)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_what_was_received_can_neither_style_nor_move_the_cursor() -> None:
    text = shown(Frame("message.created", {"author": "bot", "text": "a\x1b[2Jb [red]c[/red]", "format": "plain"}))
    assert "\x1b" not in text
    assert "[red]c[/red]" in text


def test_a_plan_shows_each_change_and_who_has_to_approve() -> None:
    text = shown(
        Frame(
            "job.updated",
            {
                "job_id": "1",
                "state": "awaiting_approval",
                "title": "delete bucket x",
                "plan": {
                    "sentence": "Deletes one resource.",
                    "changes": [{"address": "aws_s3_bucket.this", "action": "delete"}],
                },
                "approval": {"rule": "other", "needed": 1, "given": 0},
            },
        )
    )
    assert "waiting for approval" in text
    assert "Deletes one resource." in text
    assert "- aws_s3_bucket.this" in text
    assert "Needs 1 approval(s) by somebody else" in text


def test_a_form_names_its_fields_choices_and_defaults() -> None:
    field = {
        "name": "tier",
        "label": "Tier",
        "help": "How often it is read.",
        "choices": ["hot", "cold"],
        "default": "hot",
    }
    text = shown(Frame("form.requested", {"title": "Bucket", "fields": [field]}))
    for expected in ("Bucket", "tier", "How often it is read.", "hot, cold", "Otherwise hot."):
        assert expected in text


def test_outputs_and_errors_of_a_finished_job() -> None:
    done = {"state": "succeeded", "title": "t", "result_text": "1 added.", "outputs": {"arn": "arn:aws:s3:::x"}}
    assert "arn:aws:s3:::x" in shown(Frame("job.updated", done))
    failed = {"state": "failed", "title": "t", "error": {"detail": "The name is taken."}}
    assert "The name is taken." in shown(Frame("job.updated", failed))


def test_frames_that_are_not_known_are_passed_over() -> None:
    assert shown(Frame("something.new", {"x": 1}, seq=3)) == ""
    assert Frame.parse({"data": {}}) is None
    assert Frame.parse([1]) is None


def test_a_refusal_names_the_field() -> None:
    assert str(Refused({"field": "text", "detail": "Too long."})) == "text: Too long."
    assert str(Refused({"field": "text", "detail": "text is too long."})) == "text is too long."
    assert str(Refused({})) == "The server refused this."
