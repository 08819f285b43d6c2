"""`torchrun ... -m longitude_torch --folder FOLDER [--sharding ddp|fsdp] [--threads N]`"""

import argparse
import sys

from .train import Diverged, train


def main() -> int:
    parser = argparse.ArgumentParser(prog="longitude_torch", description=__doc__)
    parser.add_argument("--folder", required=True, help="folder written by `longitude train --engine torch`")
    parser.add_argument("--sharding", choices=("ddp", "fsdp"), default="ddp")
    parser.add_argument("--threads", type=int, default=1, help="threads of one process, on a processor")
    try:
        train(**vars(parser.parse_args()))
    except Diverged:
        return 6
    return 0


sys.exit(main())
