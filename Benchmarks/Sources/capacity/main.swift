// capacity MODEL DEVICES REPLICATIONS THREADS SEED
//
// Simulates and prints one JSON line: processor and wall time, events, memory, and what the model
// says (mean, standard error).

import Capacity
import Timing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

let arguments = CommandLine.arguments
guard arguments.count == 6, let devices = Int(arguments[2]), let replications = Int(arguments[3]),
  let threads = Int(arguments[4]), let seed = UInt64(arguments[5])
else { throw Unanswerable("usage: capacity MODEL DEVICES REPLICATIONS THREADS SEED") }

let simulation = try Simulation(Model.named(arguments[1], devices: devices))
let wall = Stopwatch.wall()
let cpu = Stopwatch.process()
let result = try simulation.run(.after(replications), seed: seed, threads: threads)
let cpuTime = Stopwatch.process() - cpu
let wallTime = Stopwatch.wall() - wall
var usage = rusage()
// 0 is this process on every system; the name has another type on each.
getrusage(0, &usage)

func figures(_ metric: Metric) -> String {
  guard let estimate = result[metric], estimate.count > 1 else { return "null" }
  return "[\(estimate.mean), \(estimate.standardError)]"
}

let lead = Measure.recorded("lead")
print(
  """
  {"cpu": \(cpuTime), "wall": \(wallTime), "events": \(result.events), \
  "replications": \(result.replications), "memory_kib": \(usage.ru_maxrss), \
  "lead": \(figures(.mean(lead))), "p50": \(figures(.quantile(lead, percent: 50))), \
  "p90": \(figures(.quantile(lead, percent: 90))), \
  "p95": \(figures(.quantile(lead, percent: 95))), \
  "wait": \(figures(.mean(.wait("device")))), "harvest": \(figures(.mean(.delay("harvest")))), \
  "utilisation": \(figures(.utilisation("device"))), "done": \(figures(.outcome("done")))}
  """)
