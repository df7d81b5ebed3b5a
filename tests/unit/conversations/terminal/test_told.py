from conversations.terminal.told import Told, plain


def test_markdown_becomes_what_a_person_would_write() -> None:
    assert plain("Reply **yes** to create `aws_s3_bucket.this`.\n\n- `name`: `x`") == (
        "Reply yes to create aws_s3_bucket.this.\n\n- name: x"
    )


def test_a_line_that_names_something_new_stays() -> None:
    told = Told()
    told.job({"state": "succeeded", "outputs": {"subnets": ["a", "b"], "on": True}})
    assert (
        told.rest("- `subnets`: `a`, `b`\n- `on`: on\n- `other`: `a`\n- no code here")
        == "- `other`: `a`\n- no code here"
    )


def test_before_any_job_everything_is_new() -> None:
    assert Told().rest("- `subnets`: `a`") == "- `subnets`: `a`"
