import Bioreactor
import Integration
import ModelLanguage
import Quantities
import RunFiles
import Timing

/// Solves an initial value problem that is written as a model.
///
/// Usage: solve problem MODEL METHOD RTOL ATOL REPEATS TIME ...
/// Prints what the C solvers in peers/problems print.
enum ProblemCommand {
  static func run(_ words: [String]) throws {
    let times = words.dropFirst(5).compactMap { StrictNumber.double($0) }
    guard words.count > 5, times.count == words.count - 5, let relative = Double(words[2]),
      let absolute = Double(words[3]), let repeats = Int(words[4])
    else { throw Unanswerable("MODEL METHOD RTOL ATOL REPEATS TIME ...") }
    let options = StepOptions(
      relativeTolerance: relative, absoluteTolerance: absolute, maximumSteps: 10_000_000)
    let solution = try Solution(
      try ModelFile.read(path: words[0]).model, method: try Methods.named(words[1]),
      options: options, times: times)
    do {
      let states = try solution.solve()
      let counters = solution.counters
      print(
        """
        {"failed": 0, "steps": \(counters.accepted), "rejected": \(counters.rejected), \
        "evaluations": \(counters.evaluations), "jacobians": \(counters.jacobians), \
        "states": [\(states.map(Stopwatch.list).joined(separator: ", "))], \
        "times": \(Stopwatch.slices(repeats) { _ = try? solution.solve() })}
        """)
    } catch let failure as SimulationFailure {
      try Streams.remark("\(failure)")
      print("{\"failed\": 1}")
    }
  }
}
