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


BUCKET = {
    "job_id": "1",
    "title": "create bucket x",
    "kind": "apply",
    "outputs": {"bucket_name": "x", "versioning": "Enabled"},
    "plan": {
        "sentence": "Creates 1 resource (1 bucket).",
        "changes": [{"address": "aws_s3_bucket.this", "action": "create"}],
    },
}


def bot(text: str, **more: object) -> Frame:
    return Frame("message.created", {"author": "bot", "text": text, "format": "markdown", **more})


def test_a_plan_is_told_by_its_card_and_the_bot_adds_what_is_next() -> None:
    text = shown(
        Frame("job.updated", {**BUCKET, "state": "awaiting_approval", "approval": {"rule": "self"}}),
        bot(
            "The plan to create bucket x is ready. Creates 1 resource (1 bucket).\n\n"
            "- create `aws_s3_bucket.this`\n\nReply **yes** to confirm."
        ),
    )
    assert text.count("Creates 1 resource") == text.count("aws_s3_bucket.this") == 1
    assert "The plan to create bucket x is ready." in text
    assert "Reply yes to confirm." in text


def test_an_end_is_told_by_its_card_and_neither_by_log_nor_bot_again() -> None:
    lines = [
        {"log_seq": 1, "kind": "resource_done", "text": "aws_s3_bucket.this: created in 0 s"},
        {"log_seq": 2, "kind": "output", "text": "bucket_name = x"},
        {"log_seq": 3, "kind": "result", "text": "Done: 1 created."},
    ]
    text = shown(
        Frame("job.event", {"events": lines}),
        Frame("job.updated", {**BUCKET, "state": "succeeded", "result_text": "Done: 1 created."}),
        bot("Done: create bucket x.\n\nDone: 1 created.\n\n- `bucket_name`: `x`\n- `versioning`: `Enabled`"),
    )
    assert "created in 0 s" in text
    for once in ("Done: 1 created.", "bucket_name", "versioning", "Done: create bucket x."):
        assert text.count(once) == 1


def test_a_failure_is_told_once() -> None:
    detail = "AWS refused it. Begun and not finished: aws_s3_bucket.this."
    failed = {**BUCKET, "state": "partially_applied", "result_text": detail, "outputs": {}, "error": {"detail": detail}}
    text = shown(
        Frame("job.event", {"events": [{"log_seq": 1, "kind": "result", "text": detail}]}),
        Frame("job.updated", failed),
        bot(f"Create bucket x was done in part only.\n\n{detail}\n\nAsk for the same again."),
    )
    assert text.count("AWS refused it.") == text.count("Begun and not finished") == 1
    assert "Ask for the same again." in text


def test_what_an_action_found_is_told_once_and_not_as_data() -> None:
    found = "Buckets in staging (1):\n- one (created 2026-01-31)"
    done = {
        "state": "succeeded",
        "kind": "action",
        "title": "t",
        "result_text": found,
        "outputs": {"result": [{"a": 1}]},
    }
    text = shown(Frame("job.updated", done), bot(found, suggestions=["help"]))
    assert text.count("Buckets in staging") == text.count("- one (created") == 1
    assert "{'a'" not in text
    assert "try: help" in text
    assert "bot" not in text


def test_what_an_older_job_told_may_be_said_again() -> None:
    first = Frame("job.updated", {**BUCKET, "state": "succeeded", "result_text": "Done: 1 created."})
    text = shown(first, Frame("job.updated", {**BUCKET, "state": "queued", "outputs": {}}), bot("- `bucket_name`: `x`"))
    assert text.count("bucket_name") == 2


def test_long_lines_of_the_log_keep_their_indentation() -> None:
    text = shown(Frame("job.event", {"events": [{"log_seq": 1, "kind": "x", "text": "word " * 60}]}))
    assert all(line.startswith("     word") for line in text.splitlines())
