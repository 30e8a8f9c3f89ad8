"""The list of parts as other tools read it, from the shell."""

import json
import re
import tomllib

from django.conf import settings
from django.core.management import BaseCommand

PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[^]]*\])?==(?P<version>\S+)(?P<marker> ;)?")
HASH = re.compile(r"--hash=sha256:(\w+)")
WANTED_BY = re.compile(r"^ +# +(?:via )?([\w.-]+)(?: \(pyproject\.toml\))?$")


def bill_of_materials() -> dict:
    """CycloneDX 1.5 of what ``requirements.txt`` pins: each part, the hashes of its files, and what it stands on."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    components, stands_on = [], {project["name"]: []}
    for line in (settings.BASE_DIR / "requirements.txt").read_text().splitlines():
        if pin := PIN.match(line):
            name, version = pin["name"], pin["version"]
            hashes = []
            components.append(
                {
                    "type": "library",
                    "bom-ref": name,
                    "name": name,
                    "version": version,
                    "scope": "optional" if pin["marker"] else "required",  # for some systems only
                    "purl": f"pkg:pypi/{name}@{version}",
                    "externalReferences": [
                        {
                            "type": "distribution",
                            "url": f"https://pypi.org/project/{name}/{version}/",
                            "hashes": hashes,
                        }
                    ],
                }
            )
            stands_on.setdefault(name, [])
        elif found := HASH.search(line):
            hashes.append({"alg": "SHA-256", "content": found[1]})
        elif (found := WANTED_BY.match(line)) and found[1] != "via":
            stands_on.setdefault(found[1], []).append(name)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
            }
        },
        "components": components,
        "dependencies": [{"ref": name, "dependsOn": parts} for name, parts in stands_on.items()],
    }


class Command(BaseCommand):
    help = "Print the parts this portal is made of (SBOM): CycloneDX 1.5 in JSON, from requirements.txt."

    def handle(self, **options):
        self.stdout.write(json.dumps(bill_of_materials(), indent=2))
