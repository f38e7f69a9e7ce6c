import Integration
import Lanes
import ModelLanguage
import RunFiles
import Timing

/// Counts the floating-point operations of one simulation of the reference problem.
///
/// Usage: solve count FOLDER RTOL ATOL MODEL
/// Prints sums, products, quotients and exponentials a simulation, for the equations by hand and
/// for the text model's program: everything that runs on the lane, the integrator's own included.
enum CountCommand {
  static func run(_ words: [String]) throws {
    guard words.count == 4, let relative = Double(words[1]), let absolute = Double(words[2])
    else { throw Unanswerable("FOLDER RTOL ATOL MODEL") }
    let sets = try ParameterSets.read(words[0] + "/monod4_truth.csv")
    let options = StepOptions(relativeTolerance: relative, absoluteTolerance: absolute)
    let method = try Methods.named("5(4)")
    let model = try ModelFile.read(path: words[3]).model
    let byHand = DirectSolver(
      HandSystem(Array(repeating: Counted(1), count: 5)), Counting.self, method: method,
      isDense: true, options: options)
    let program = DirectSolver(
      try TextSystem<Counted>(model), Counting.self, method: method, isDense: true,
      options: options)
    print("{\"hand\": \(try count(byHand, sets)), \"program\": \(try count(program, sets))}")
  }

  private static func count(_ solver: some Solver, _ sets: [[Double]]) throws -> String {
    let tally = Tally.current
    (tally.sums, tally.products, tally.quotients, tally.exponentials) = (0, 0, 0, 0)
    for set in sets { try solver.solve([set]) }
    let each = 1 / Double(sets.count)
    return """
      {"sums": \(Double(tally.sums) * each), "products": \(Double(tally.products) * each), \
      "quotients": \(Double(tally.quotients) * each), \
      "exponentials": \(Double(tally.exponentials) * each)}
      """
  }
}
