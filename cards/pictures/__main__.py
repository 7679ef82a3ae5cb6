"""The drawing process: charts come in as lines of JSON, pictures go out, each after its length."""

import os
import sys
import traceback
from typing import BinaryIO

from cards.pictures import codec, draw


def main() -> None:
    """Draw until the other end closes, at a low priority: answers go before pictures."""
    with os.fdopen(os.dup(1), "wb") as replies:
        os.dup2(2, 1)  # what a library prints must not end up between two pictures
        os.nice(10)
        for line in sys.stdin.buffer:
            reply(replies, line.decode())


def reply(out: BinaryIO, line: str) -> None:
    """One byte that says whether it is a picture or an error, four for the length, the content."""
    try:
        mark, content = b"P", draw(codec.decode(line))
    except Exception as error:
        traceback.print_exc()
        mark, content = b"E", type(error).__name__.encode()
    out.write(mark + len(content).to_bytes(4, "big") + content)
    out.flush()


if __name__ == "__main__":
    main()
