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
enum Monod4 {
  static func main() throws {
    let words = CommandLine.arguments
    if words.count == 2, words[1] == "list" { return print("text\nhand") }
    guard words.count >= 8, let directions = Int(words[4]), let relative = Double(words[5]),
      let absolute = Double(words[6])
    else { throw Unanswerable("FOLDER answers|time TOOL DIRECTIONS RTOL ATOL MODEL [BATCHES]") }
    let options = StepOptions(relativeTolerance: relative, absoluteTolerance: absolute)
    let solver = try solver(words[3], directions, options, words[7])
    let sets = try ParameterSets.read(words[1] + "/monod4_truth.csv")
    if words[2] == "answers" {
      var answers: [Double] = []
      for set in sets { answers += try solver.answers(set) }
      try Streams.write(answers)
      let count = Double(sets.count)
      let (steps, evaluations) = solver.work
      try Streams.remark(
        "{\"steps\": \(Double(steps) / count), \"evaluations\": \(Double(evaluations) / count)}")
    } else {
      let batches = words.count > 8 ? Int(words[8]) ?? 1 : 1
      for set in sets { try solver.solve(set) }
      var times: [Double] = []
      for _ in 0..<batches {
        let seconds = try Stopwatch.seconds { for set in sets { try solver.solve(set) } }
        times.append(1e6 * seconds / Double(sets.count))
      }
      print(Stopwatch.list(times))
    }
  }

  private static func solver(
    _ tool: String, _ directions: Int, _ options: StepOptions, _ model: String
  ) throws -> any Solver {
    if tool == "text" {
      return try TextSolver(
        model: try ModelFile.read(path: model).model, directions: directions, options: options)
    }
    let tableau = try ButcherTableau.tsitouras54()
    guard directions > 0 else {
      return HandSolver<Double>(
        tableau: tableau, options: options, lift: { value, _ in value }, parts: { [$0] })
    }
    return HandSolver<Dual8>(
      tableau: tableau, options: options,
      lift: { value, k in
        var number = Dual8(value)
        number.partials[k] = value
        return number
      }, parts: { number in [number.value] + (0..<5).map { number.partials[$0] } })
  }
}
