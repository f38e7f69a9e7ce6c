"""FAC-1r in Ciw, a network of three nodes: devices, QC lines, incubation. One JSON line.

    fac1r_ciw.py DEVICES YEARS SEED

Ciw has no device that is held together with an operator, so FAC-1 itself cannot be written in it.
Events are those that its loop carries out.
"""
import json
import math
import sys
import time

import ciw

devices, years, seed = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
sigma2 = math.log(1 + 0.15 ** 2)
warmup, end = 180, 180 + 365 * years


class Hold(ciw.dists.Distribution):
    """0.875 d of handling and a lognormal culture of mean 9 d."""

    def __init__(self):
        self.law = ciw.dists.Lognormal(math.log(9) - sigma2 / 2, math.sqrt(sigma2))

    def sample(self, t=None, ind=None):
        return 0.875 + self.law.sample()


network = ciw.create_network(
    arrival_distributions=[ciw.dists.Exponential(1000 / 365), None, None],
    service_distributions=[Hold(), ciw.dists.Deterministic(1), ciw.dists.Deterministic(7)],
    routing=[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.05, 0.0, 0.0]],
    number_of_servers=[devices, 4, float("inf")])
ciw.seed(seed)
began = time.process_time()
simulation = ciw.Simulation(network)
events = 0
plain = simulation.event_and_return_nextnode


def counted(node):
    global events
    events += 1
    return plain(node)


simulation.event_and_return_nextnode = counted
simulation.simulate_until_max_time(end)
records = simulation.get_all_records()
first, last, passed = {}, {}, {}
waits = []
for record in records:
    name = record.id_number
    first[name] = min(first.get(name, math.inf), record.arrival_date)
    if record.node == 1 and record.arrival_date >= warmup:
        waits.append(record.waiting_time)
    if record.exit_date > last.get(name, -1):
        last[name], passed[name] = record.exit_date, record.destination == -1
leads = [last[n] - first[n] for n in first if passed[n] and first[n] >= warmup]
cpu = time.process_time() - began
print(json.dumps({"cpu": cpu, "events": events, "lead": sum(leads) / len(leads),
                  "wait": sum(waits) / len(waits), "done": len(leads) / years}))
