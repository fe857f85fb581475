"""Tests the programs of `make run`: they print addresses once these answer, and Ctrl-C ends them with success."""

import os
import signal
import socket
import subprocess

import requests

from conftest import PATIENCE, ROOT, free_port


def run(port):
    return subprocess.Popen([ROOT / "tests/demo/run"], env=dict(os.environ, PORT=str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, start_new_session=True)


def test_addresses_are_printed_when_they_answer():
    port = free_port()
    process = run(port)
    try:
        for line in process.stdout:
            if line.startswith("Subscribe to one of these"):
                break
        assert requests.get(f"http://127.0.0.1:{port}/all.ics", timeout=PATIENCE).status_code == 200
    finally:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=PATIENCE) == 0


def test_a_port_in_use_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = run(taken.getsockname()[1])
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0 and "Subscribe" not in output and "in use" in output, output
