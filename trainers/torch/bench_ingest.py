"""A straightforward loader of FHIR NDJSON, for comparison with `longitude ingest` (npm run bench:ingest).

The same mapping of the common resource types (one event a resource, one a component, person, time, code, value, unit,
encounter, source), with Python's json and pyarrow: every line is parsed, rows are gathered a file at a time, sorted by
person and time, written as Parquet with zstd. It checks less than Longitude does: no life span, no units, no copies.

    python bench_ingest.py INPUT OUT   prints {"seconds": s, "bytes": n, "events": n}
"""

import glob
import hashlib
import json
import os
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

SYSTEMS = {
    "http://loinc.org": "LOINC",
    "http://snomed.info/sct": "SNOMED",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
    "http://hl7.org/fhir/sid/cvx": "CVX",
}
TIMES = ("effectiveDateTime", "performedPeriod.start", "onsetDateTime", "authoredOn", "occurrenceDateTime", "period.start", "recordedDate", "issued")
READ = {"Encounter": None, "Condition": "code", "Observation": "code", "Procedure": "code", "Immunization": "vaccineCode",
        "MedicationRequest": "medicationCodeableConcept", "DiagnosticReport": "code", "AllergyIntolerance": "code"}
SCHEMA = pa.schema([("subject_id", pa.int64()), ("time", pa.string()), ("code", pa.string()), ("numeric_value", pa.float32()),
                    ("unit", pa.string()), ("available_time", pa.string()), ("encounter_id", pa.string()), ("source", pa.string())])


def key(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 11


def code_of(concept):
    for coding in (concept or {}).get("coding", []):
        return SYSTEMS.get(coding.get("system"), "LOCAL") + "/" + coding.get("code", "")
    return None


def at(resource, path):
    for part in path.split("."):
        resource = resource.get(part) if isinstance(resource, dict) else None
    return resource


def value_of(part):
    quantity = part.get("valueQuantity")
    if quantity is None:
        return None, None
    return quantity.get("value"), quantity.get("unit")


def rows_of(resource):
    kind = resource["resourceType"]
    if kind == "Patient":
        person = key(resource["id"])
        yield person, None, "SEX/" + resource.get("gender", "U")[0].upper(), None, None, None, None, kind
        if "birthDate" in resource:
            yield person, resource["birthDate"], "MEDS_BIRTH", None, None, None, None, kind
        if "deceasedDateTime" in resource:
            yield person, resource["deceasedDateTime"], "MEDS_DEATH", None, None, None, None, kind
        return
    if kind not in READ:
        return
    subject = resource.get("subject") or resource.get("patient")
    person = key(subject["reference"].split("/")[-1])
    when = next((found for found in (at(resource, path) for path in TIMES) if found), None)
    encounter = at(resource, "encounter.reference")
    encounter = hashlib.sha256(encounter.encode()).hexdigest()[:16] if encounter else None
    concept = (resource.get("type") or [None])[0] if kind == "Encounter" else resource.get(READ[kind])
    parts = resource.get("component") or [resource] if kind == "Observation" else [resource]
    for part in parts:
        code = code_of(part.get("code") if kind == "Observation" else concept)
        value, unit = value_of(part)
        yield person, when, code, value, unit, resource.get("issued"), encounter, kind


def main():
    source, out = sys.argv[1:3]
    started = time.time()
    total = 0
    tables = []
    for path in sorted(glob.glob(os.path.join(source, "*.ndjson"))):
        columns = [[] for _ in SCHEMA]
        with open(path, "rb") as file:
            for line in file:
                total += len(line)
                for row in rows_of(json.loads(line)):
                    for column, cell in zip(columns, row):
                        column.append(cell)
        tables.append(pa.table([pa.array(column, field.type) for column, field in zip(columns, SCHEMA)], schema=SCHEMA))
    events = pa.concat_tables(tables).sort_by([("subject_id", "ascending"), ("time", "ascending")])
    pq.write_table(events, out, compression="zstd")
    print(json.dumps({"seconds": time.time() - started, "bytes": total, "events": events.num_rows}))


main()
