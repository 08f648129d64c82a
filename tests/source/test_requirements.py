"""What the metadata of projects states, and which TensorFlow that admits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initscope_lint.semantics.releases import admitted
from initscope_lint.source.requirements import is_metadata, requirements

LIST = """\
# comment
-r base.txt
--index-url https://example.org
numpy>=1.16  # for arrays
tensorflow-gpu==1.13.1 --hash=sha256:00
absl-py \\
  >=0.7
https://example.org/tensorflow-1.4.0-cp36-none-linux_x86_64.whl

-e .
"""
PYPROJECT = """\
[project]
dependencies = ["tensorflow>=1.14,<2", "six"]
optional-dependencies = { gpu = ["tensorflow-gpu<2"] }
[dependency-groups]
dev = ["pytest", { include-group = "docs" }]
"""
SETUP_CFG = """\
[options]
install_requires =
    numpy
    tensorflow~=1.15  # the last
[options.extras_require]
tests =
    pytest>=6
"""
SETUP_PY = """\
from setuptools import setup
NAME = "tensorflow"
REQUIRED = ["numpy", "six"]
REQUIRED += ["gym" + EXACTLY]
setup(
    name=NAME,
    keywords=["tensorflow"],
    install_requires=REQUIRED + (["typing"] if old else []),
    extras_require={"tensorflow": ["tensorflow>=1.15,<2.0"]},
)
"""


@pytest.mark.parametrize(
    ("name", "text", "stated"),
    [
        (
            "requirements-gpu.txt",
            LIST,
            [
                "numpy>=1.16",
                "tensorflow-gpu==1.13.1",
                "absl-py    >=0.7",
                "https://example.org/tensorflow-1.4.0-cp36-none-linux_x86_64.whl",
            ],
        ),
        ("pyproject.toml", PYPROJECT, ["tensorflow>=1.14,<2", "six", "tensorflow-gpu<2", "pytest", "docs"]),
        ("setup.cfg", SETUP_CFG, ["numpy", "tensorflow~=1.15", "pytest>=6"]),
        ("setup.py", SETUP_PY, ["numpy", "six", "gym", "typing", "tensorflow>=1.15,<2.0"]),
    ],
)
def test_each_kind_of_file_states_its_requirements(name: str, text: str, stated: list[str]) -> None:
    assert is_metadata(name)
    assert requirements(name, text.encode()) == stated


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_a_name(encoding: str) -> None:
    assert requirements("requirements.txt", "tensorflow<2\n".encode(encoding)) == ["tensorflow<2"]


@given(st.sampled_from(["requirements.txt", "pyproject.toml", "setup.cfg", "setup.py"]), st.binary())
def test_any_file_can_be_asked(name: str, data: bytes) -> None:
    admitted([(name, stated) for stated in requirements(name, data)])


@pytest.mark.parametrize(
    ("stated", "one", "keras_2", "keras_3"),
    [
        (["tensorflow==1.13.1"], True, False, False),
        (["tensorflow==1.4.0rc1"], True, False, False),
        (["tensorflow_gpu~=1.14"], True, False, False),
        (["tensorflow<2"], True, False, False),
        (["tensorflow>=1.4,<=2.0.0"], True, True, False),
        (["tensorflow==2.*"], False, True, True),
        (["tensorflow>=2,<2.16"], False, True, False),
        (["tensorflow-cpu>=2.16.1"], False, False, True),
        (["tensorflow"], True, True, True),
        (["tensorflow @ https://example.org/tensorflow.whl"], True, True, True),
        (["tensorflow==1.15.*; python_version < '3.8'", "tensorflow>=2.5; python_version >= '3.8'"], True, True, True),
        (["numpy", "?", "tensorflow==1.8"], True, False, False),
        (["tensorflow", "tensorflow-gpu==1.8"], True, False, False),
    ],
)
def test_what_is_admitted_is_what_any_requirement_admits(
    stated: list[str], one: bool, keras_2: bool, keras_3: bool
) -> None:
    found = admitted([("requirements.txt", each) for each in stated])
    assert found is not None
    assert (found.one, found.keras_2, found.keras_3) == (one, keras_2, keras_3)


@pytest.mark.parametrize("stated", [[], ["numpy<2"], ["tensorflow-probability==0.8"], ["tensorflow>1,<1"]])
def test_what_says_nothing_admits_nothing(stated: list[str]) -> None:
    assert admitted([("requirements.txt", each) for each in stated]) is None
