# SPDX-License-Identifier: Apache-2.0
"""beside_simulator.py VLLM_CLIENT COMMAND...: runs a command with the address of a simulated server as
its last argument; ends as the command does."""
import subprocess
import sys

from simulator import clean_environment, simulator


def main():
    with simulator(sys.argv[1]) as url:
        done = subprocess.run([*sys.argv[2:], url], env=clean_environment(), check=False)
    sys.exit(done.returncode)


main()
