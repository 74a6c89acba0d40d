"""Runs a command beside a hub that has the collection "notes" (four floats, Dot): with_hub.py HUB COMMAND... QDRANT_URL says where it is."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request


def main(hub: str, *command: str) -> int:
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen([hub, "hub", "--listen", "127.0.0.1:0", directory], stdout=subprocess.PIPE, text=True)
        try:
            url = process.stdout.readline().split()[-1]
            body = json.dumps({"vectors": {"size": 4, "distance": "Dot"}}).encode()
            urllib.request.urlopen(urllib.request.Request(url + "/collections/notes", body, {"Content-Type": "application/json"}, method="PUT")).close()
            return subprocess.run(command, env={**os.environ, "QDRANT_URL": url}).returncode
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
