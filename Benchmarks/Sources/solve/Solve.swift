import Timing

/// Solves initial value problems with Thymus: answers, work and processor time.
///
/// Usage: solve problem ... | solve monod4 ... | solve count ...
@main
enum Solve {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst(2))
    switch CommandLine.arguments.dropFirst().first {
    case "problem": try ProblemCommand.run(words)
    case "monod4": try Monod4Command.run(words)
    case "count": try CountCommand.run(words)
    default: throw Unanswerable("problem, monod4 or count?")
    }
  }
}
