"""Runs one fuzz target with atheris: `python tests/fuzz_one.py TARGET --seconds 600`.

Begins with the committed corpus and keeps what it finds in a folder of its own; prints a line of what was done.
Source: atheris (libFuzzer for Python). Left out: the targets (`fuzz_targets.py`).
"""

import argparse
import sys
import time
from pathlib import Path

import atheris
from fuzz_targets import TARGETS

CORPUS = Path(__file__).parent / "fuzz" / "corpus"
LIMIT_S_OF_ONE_INPUT = 20
LIMIT_MIB = 3000


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz one parser.")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--found", type=Path, default=Path("build/fuzz"), help="folder of what is found")
    given = parser.parse_args()
    target = TARGETS[given.target]
    found = given.found / given.target
    (found / "corpus").mkdir(parents=True, exist_ok=True)
    (CORPUS / given.target).mkdir(parents=True, exist_ok=True)
    sys.stderr.write(f"fuzzing {given.target} for {given.seconds} s\n")
    with atheris.instrument_imports(include=list(target.instrumented)):
        run = target.build()
    began_s, executions = time.monotonic(), 0

    def feed(data: bytes) -> None:
        nonlocal executions
        executions += 1
        run(data)

    atheris.Setup(
        [
            sys.argv[0],
            str(found / "corpus"),
            str(CORPUS / given.target),
            f"-max_total_time={given.seconds}",
            f"-max_len={target.longest_bytes}",
            f"-timeout={LIMIT_S_OF_ONE_INPUT}",
            f"-rss_limit_mb={LIMIT_MIB}",
            f"-artifact_prefix={found}/",
            "-print_final_stats=1",
            "-verbosity=1",
        ],
        feed,
    )
    try:
        atheris.Fuzz()
    finally:
        sys.stderr.write(f"{given.target}: {executions} executions in {time.monotonic() - began_s:.0f} s\n")


if __name__ == "__main__":
    main()
