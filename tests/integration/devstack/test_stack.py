"""The running stack: healthy, each process with its own environment, as the operating system knows it."""

import sys

import httpx
import psutil

from chatbot_project import checks
from chatbot_project.devstack.environment import GRANTS, ROLES, Grant
from tests.servers.forks import run
from tests.servers.stack import PROJECT, RunningStack, stack_environment


def parts(stack: RunningStack) -> dict[str, psutil.Process]:
    """The processes of the product by their role, as the operating system knows them."""
    found = {}
    for process in psutil.Process(stack.pid).children(recursive=True):
        try:
            role = process.environ().get("INFRACHAT_PROCESS")
        except psutil.Error:
            continue
        if role and role not in found:
            found[role] = process
    return found


def test_every_address_answers(stack: RunningStack) -> None:
    assert httpx.get(f"{stack.base_url}/healthz").status_code == 200
    assert httpx.get(f"{stack.base_url}/readyz").status_code == 200
    assert httpx.get(f"{stack.flower_url}/healthcheck").status_code == 200
    assert httpx.get(f"{stack.flower_url}/workers").status_code == 401
    assert set(stack.users) == {"demo", "approver", "admin"}


def test_the_worker_alone_can_see_the_cloud(stack: RunningStack) -> None:
    """Asked of the real processes, not of the table that made them."""
    found = parts(stack)
    assert set(found) == {role for process, role in ROLES.items() if process != "prepare"}
    for process, role in ROLES.items():
        if process != "prepare":
            env = found[role].environ()
            assert bool(checks.cloud_credentials(env)) == (Grant.CLOUD in GRANTS[process]), role
            assert bool(checks.queue_credentials(env)) == (Grant.QUEUE in GRANTS[process]), role


def test_each_demo_account_is_what_it_says(stack: RunningStack) -> None:
    for user in stack.users:
        with stack.http(user) as http:
            assert http.get("/api/v1/environments/").status_code == 200


def test_the_terminal_client_finds_the_stack_wherever_it_listens(stack: RunningStack) -> None:
    env = stack_environment(INFRACHAT_STATE=str(stack.state), INFRACHAT_TOKEN=stack.token("demo"))
    env.pop("INFRACHAT_URL", None)
    command = [sys.executable, "manage.py", "chat", "--send", "hello"]
    done = run(command, cwd=PROJECT, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "you  hello" in done.stdout
    assert "bot  " in done.stdout
