import Integration
import Timing

/// One way of solving the reference problem, by its name in the tables.
struct Tool {
  enum Source {
    /// The text model through the path that fits take.
    case predictor
    /// The text model's program on the integrator, without a vessel.
    case program
    /// The equations written in Swift.
    case hand
  }

  let source: Source
  let method: Method
  let isDense: Bool
  let draws: Int

  /// Every name.
  static let all =
    ["5(4)", "8(5,3)", "automatic", "stiff"].map { "text, \($0)" }
    + ["program", "hand"].flatMap { source in
      ["5(4)", "5(4), dense", "8(5,3)", "8(5,3), dense"].map { "\(source), \($0)" }
    }
    + ["program", "hand"].flatMap { source in
      [1, 4, 8].map { "\(source), 5(4), dense, \($0) draws" }
    }

  /// Throws for a name that is not offered.
  init(_ name: String) throws {
    // A method's name may hold a comma, a separator is followed by a space.
    let words = name.split(separator: ", ")
    switch words.first {
    case "text": source = .predictor
    case "program": source = .program
    case "hand": source = .hand
    default: throw Unanswerable("no tool \(name)")
    }
    method = try Methods.named(words.dropFirst().first ?? "")
    isDense = words.contains("dense")
    draws = words.last == "8 draws" ? 8 : words.last == "4 draws" ? 4 : 1
  }
}
