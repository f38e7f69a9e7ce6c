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
    let model = try ModelFile.read(path: words[0]).model
    let system = ProgramSystem<Double>(model)
    system.set(model.parameters.map(\.value))
    let options = StepOptions(
      relativeTolerance: relative, absoluteTolerance: absolute, maximumSteps: 10_000_000)
    let solution = Solution(
      system, method: try Methods.named(words[1]), options: options, times: times)
    let advance = solution.solve()
    let counters = advance.counters
    let isWhole = advance.termination == .completed
    let states = times.indices.map {
      Stopwatch.list(Array(solution.states[($0 * system.dimension)...].prefix(system.dimension)))
    }
    print(
      """
      {"failed": \(isWhole ? 0 : 1), "why": "\(advance.termination)", \
      "steps": \(counters.accepted), "rejected": \(counters.rejected), \
      "evaluations": \(counters.evaluations), "jacobians": \(counters.jacobians), \
      "states": [\(states.joined(separator: ", "))], \
      "times": \(isWhole ? Stopwatch.slices(repeats) { _ = solution.solve() } : "[]")}
      """)
  }
}
