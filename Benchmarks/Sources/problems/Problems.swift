import Integration
import ModelLanguage
import Quantities
import RunFiles
import Timing

/// Solves an initial value problem that is written as a model.
///
/// Usage: problems MODEL METHOD RTOL ATOL REPEATS TIME ...
/// Prints what the C solvers in peers/problems print.
@main
enum Problems {
  static func main() throws {
    let words = CommandLine.arguments
    let times = words.dropFirst(6).compactMap { StrictNumber.double($0) }
    guard words.count > 6, times.count == words.count - 6, let relative = Double(words[3]),
      let absolute = Double(words[4]), let repeats = Int(words[5])
    else { throw Unanswerable("MODEL METHOD RTOL ATOL REPEATS TIME ...") }
    let system = ProgramSystem(try ModelFile.read(path: words[1]).model)
    let options = StepOptions(
      relativeTolerance: relative, absoluteTolerance: absolute, maximumSteps: 10_000_000)
    let solution = Solution(system, method: try method(words[2]), options: options, times: times)
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

  /// The integrator's methods, by the names in the tables.
  private static func method(_ name: String) throws -> Method {
    switch name {
    case "5(4)": .explicit(try .tsitouras54())
    case "8(5,3)": .explicit(try .dormandPrince853())
    case "stiff": .rosenbrock(try .rodas5P())
    case "automatic": .automatic(try .tsitouras54(), try .rodas5P())
    default: throw Unanswerable("no method \(name)")
    }
  }
}
