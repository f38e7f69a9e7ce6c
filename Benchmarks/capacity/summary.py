"""Means and standard errors of the JSON lines of fac1_simpy.py, as one JSON line with a name."""
import json
import math
import sys

rows = [json.loads(line) for line in sys.stdin]
keys = ["lead", "p50", "p90", "p95", "wait", "harvest", "utilisation", "done", "attempts", "cpu",
        "events"]
result = {"case": sys.argv[1], "seeds": len(rows)}
for key in keys:
    values = [row[key] for row in rows]
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
    result[key] = [round(mean, 6), round(spread / math.sqrt(len(values)), 6)]
print(json.dumps(result), flush=True)
