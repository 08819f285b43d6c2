"""The events of a run, one JSON object a line on standard output: the same that the embedded trainer yields."""

import json
import sys


def emit(kind: str, **fields: object) -> None:
    print(json.dumps({"kind": kind, **fields}), file=sys.stdout, flush=True)
