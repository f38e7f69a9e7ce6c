import Integration
import Lanes
import ModelLanguage
import RunFiles
import Timing

/// The reference problem: answers, or processor time.
///
/// Usage: solve monod4 list
///        solve monod4 FOLDER answers TOOL DIRECTIONS RTOL ATOL MODEL
///        solve monod4 FOLDER time    TOOL DIRECTIONS RTOL ATOL MODEL BATCHES
/// Input and output are those of the C program in peers/monod4. A tool's name says, between
/// commas: where the equations come from, the method, whether samples are interpolated, and how
/// many draws go together.
struct Monod4Command {
  private let sets: [[Double]]
  private let batches: Int
  private let isTimed: Bool

  static func run(_ words: [String]) throws {
    if words == ["list"] { return print(Tool.all.joined(separator: "\n")) }
    guard words.count >= 7, let directions = Int(words[3]), let relative = Double(words[4]),
      let absolute = Double(words[5])
    else { throw Unanswerable("FOLDER answers|time TOOL DIRECTIONS RTOL ATOL MODEL [BATCHES]") }
    let task = Monod4Command(
      sets: try ParameterSets.read(words[0] + "/monod4_truth.csv"),
      batches: words.count > 7 ? Int(words[7]) ?? 1 : 1, isTimed: words[1] == "time")
    try task.run(
      try Tool(words[2]), directions,
      StepOptions(relativeTolerance: relative, absoluteTolerance: absolute),
      try ModelFile.read(path: words[6]).model)
  }

  private func run(
    _ tool: Tool, _ directions: Int, _ options: StepOptions, _ model: Model
  ) throws {
    if tool.source == .predictor {
      try run(
        PredictorSolver(
          model: model, method: tool.method, directions: directions, options: options))
    } else if directions > 0 {
      try run(tool, Slopes.self, options, model)
    } else {
      switch tool.draws {
      case 1: try run(tool, Plain.self, options, model)
      case 4: try run(tool, Draws<SIMD4<Double>>.self, options, model)
      default: try run(tool, Draws<SIMD8<Double>>.self, options, model)
      }
    }
  }

  @inline(__always)
  private func run<Parts: LaneParts>(
    _ tool: Tool, _ parts: Parts.Type, _ options: StepOptions, _ model: Model
  ) throws {
    if tool.source == .hand {
      let system = HandSystem(Array(repeating: Parts.Number(1), count: 5))
      try run(
        DirectSolver(
          system, parts, method: tool.method, isDense: tool.isDense, options: options))
    } else {
      try run(
        DirectSolver(
          try TextSystem<Parts.Number>(model), parts, method: tool.method, isDense: tool.isDense,
          options: options))
    }
  }

  /// Generic, so that each solver is compiled for its own number type.
  @inline(__always)
  private func run(_ solver: some Solver) throws {
    let count = Double(sets.count)
    let draws = solver.drawCount
    let groups = stride(from: 0, to: sets.count - draws + 1, by: draws).map {
      sets[$0..<($0 + draws)]
    }
    if isTimed {
      for group in groups { try solver.solve(group) }
      var times: [Double] = []
      for _ in 0..<batches {
        let seconds = try Stopwatch.seconds { for group in groups { try solver.solve(group) } }
        times.append(1e6 * seconds / count)
      }
      return print(Stopwatch.list(times))
    }
    var answers: [Double] = []
    for group in groups { answers += try solver.answers(group) }
    try Streams.write(answers)
    let (steps, evaluations) = solver.work
    try Streams.remark(
      "{\"steps\": \(Double(steps) / count), \"evaluations\": \(Double(evaluations) / count)}")
  }
}
