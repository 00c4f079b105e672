# SPDX-License-Identifier: Apache-2.0
"""`vllm-client sim` for the tests of other languages."""
import contextlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from program import Program, Sim, clean_environment  # noqa: E402

__all__ = ["clean_environment", "simulator"]


@contextlib.contextmanager
def simulator(path):
    """The address of a simulated server that lives as long as the block."""
    sim = Sim(Program(path), "--time-scale", "0.05")
    try:
        yield sim.url
    finally:
        sim.stop()
