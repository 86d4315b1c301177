"""Work in a child process: its value, its faults, its crash, its time limit."""

import io
import math
import os
import pickle
import sys
import time

import pytest

from network import child
from network.child import run_in_child, serve
from network.errors import CodedError, NetworkError

if sys.platform != "win32":
    import resource


def double(number):
    print("noise on standard output")
    return 2 * number


def refuse(code):
    raise NetworkError(code, place="here", count=3)


def crash():
    os._exit(7)


def blunder():
    raise RuntimeError("first line\nlast words")


def sleep(seconds):
    time.sleep(seconds)


def can_import(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def test_value_comes_back_and_noise_does_not():
    assert run_in_child(60, "test_child:double", [1, "a"]) == [1, "a", 1, "a"]


def test_a_coded_fault_comes_back_as_itself():
    with pytest.raises(NetworkError) as fault:
        run_in_child(60, "test_child:refuse", "some_code")
    assert (fault.value.code, fault.value.detail) == ("some_code", {"place": "here", "count": 3})


def test_a_crash_is_told_by_status():
    with pytest.raises(NetworkError) as fault:
        run_in_child(60, "test_child:crash")
    assert (fault.value.code, fault.value.detail["status"]) == ("child_crashed", 7)


def test_another_exception_is_a_crash_with_last_words():
    with pytest.raises(NetworkError) as fault:
        run_in_child(60, "test_child:blunder")
    assert fault.value.code == "child_crashed"
    assert fault.value.detail["last_words"] == "last words"


def test_a_child_that_takes_too_long_is_ended():
    with pytest.raises(NetworkError) as fault:
        run_in_child(0.2, "test_child:sleep", 60)
    assert fault.value.code == "child_timeout"


def test_modules_that_the_child_shall_do_without():
    assert run_in_child(60, "test_child:can_import", "wave")
    assert not run_in_child(60, "test_child:can_import", "wave", without=("wave",))


@pytest.mark.parametrize(("function", "argument", "expected"), [("double", 4, 8), ("refuse", "c", NetworkError)])
def test_serving_one_order(function, argument, expected):
    orders = io.BytesIO(pickle.dumps((f"{__name__}:{function}", (argument,), ())))
    answers = io.BytesIO()
    serve(orders, answers)
    value = pickle.loads(answers.getvalue())
    assert value == expected or isinstance(value, NetworkError)
    assert "network.child" in sys.modules


def test_coded_faults_keep_their_parameters_in_a_pickle():
    fault = pickle.loads(pickle.dumps(CodedError("a", b=1)))
    assert (type(fault), fault.code, fault.detail) == (CodedError, "a", {"b": 1})


def test_a_child_ends_when_whoever_asked_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    parents = iter([77, 77, 1])
    monkeypatch.setattr(child.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(child.time, "sleep", lambda _seconds: None)

    def leave(status: int) -> None:
        raise SystemExit(status)

    monkeypatch.setattr(child.os, "_exit", leave)
    with pytest.raises(SystemExit) as ended:
        child.end_with(77)
    assert ended.value.code == 1


def limits():
    return tuple(
        resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_child_has_limits_of_its_own() -> None:
    processors_s = math.ceil(30.5 * (os.cpu_count() or 1)) + 1
    assert run_in_child(30.5, "test_child:limits") == (child.MOST_MEMORY_BYTES, processors_s, 0)
    with pytest.raises(NetworkError) as fault:
        run_in_child(60, "builtins:bytearray", 2 * child.MOST_MEMORY_BYTES)
    assert fault.value.code == "child_crashed"
    assert "MemoryError" in str(fault.value.detail["last_words"])


def test_settings_stand_in_the_childs_environment_alone() -> None:
    assert run_in_child(60, "os:getenv", "A_SETTING", settings={"A_SETTING": "on"}) == "on"
    assert "A_SETTING" not in os.environ
