import Integration
import Lanes
import ModelLanguage
import RunFiles
import Timing

/// The reference problem in Thymus: answers, or processor time.
///
/// Usage: monod4 list
///        monod4 FOLDER answers TOOL DIRECTIONS RTOL ATOL MODEL
///        monod4 FOLDER time    TOOL DIRECTIONS RTOL ATOL MODEL BATCHES
/// Input and output are those of the C program in peers/monod4.
@main
struct Monod4 {
  let sets: [[Double]]
  let batches: Int
  let isTimed: Bool

  static func main() throws {
    let words = CommandLine.arguments
    if words.count == 2, words[1] == "list" {
      return print(Tool.allCases.map(\.rawValue).joined(separator: "\n"))
    }
    guard words.count >= 8, let directions = Int(words[4]), let relative = Double(words[5]),
      let absolute = Double(words[6])
    else { throw Unanswerable("FOLDER answers|time TOOL DIRECTIONS RTOL ATOL MODEL [BATCHES]") }
    let task = Monod4(
      sets: try ParameterSets.read(words[1] + "/monod4_truth.csv"),
      batches: words.count > 8 ? Int(words[8]) ?? 1 : 1, isTimed: words[2] == "time")
    try task.run(
      words[3], directions, StepOptions(relativeTolerance: relative, absoluteTolerance: absolute),
      model: words[7])
  }

  private func run(
    _ name: String, _ directions: Int, _ options: StepOptions, model: String
  ) throws {
    let tool = try Tool.named(name)
    if tool == .text {
      let model = try ModelFile.read(path: model).model
      return try run(TextSolver(model: model, directions: directions, options: options))
    }
    let method = try tool.method()
    guard directions > 0 else {
      return try run(
        HandSolver<Double>(
          method: method, isDense: tool.isDense, options: options, lift: { value, _ in value },
          parts: { [$0] }))
    }
    try run(
      HandSolver<Dual6>(
        method: method, isDense: tool.isDense, options: options,
        lift: { value, k in
          var number = Dual6(value)
          number.partials[k] = value
          return number
        }, parts: { number in [number.value] + (0..<5).map { number.partials[$0] } }))
  }

  /// Generic, so that each solver is compiled for its own number type.
  private func run(_ solver: some Solver) throws {
    let count = Double(sets.count)
    if isTimed {
      for set in sets { try solver.solve(set) }
      var times: [Double] = []
      for _ in 0..<batches {
        let seconds = try Stopwatch.seconds { for set in sets { try solver.solve(set) } }
        times.append(1e6 * seconds / count)
      }
      return print(Stopwatch.list(times))
    }
    var answers: [Double] = []
    for set in sets { answers += try solver.answers(set) }
    try Streams.write(answers)
    let (steps, evaluations) = solver.work
    try Streams.remark(
      "{\"steps\": \(Double(steps) / count), \"evaluations\": \(Double(evaluations) / count)}")
  }
}
