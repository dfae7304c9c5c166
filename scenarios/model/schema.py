"""The JSON Schema of a scenario file, for editors. ``python -m scenarios.model.schema`` writes it anew."""

import json
from pathlib import Path

from scenarios.model.scenario import Scenario

SCHEMA_FILE = Path(__file__).parent.parent / "scenario.schema.json"


def scenario_schema() -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(scenario_schema(), encoding="utf-8")
