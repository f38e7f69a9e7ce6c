import Integration
import Timing

/// The ways of solving that the driver offers, by the names in the tables.
enum Tool: String, CaseIterable {
  case text = "text, 5(4)"
  case hand = "hand, 5(4)"
  case handDense = "hand, 5(4), dense output"
  case handHigh = "hand, 8(5,3)"
  case handHighDense = "hand, 8(5,3), dense output"

  /// Throws for a name that is not offered.
  static func named(_ name: String) throws -> Tool {
    guard let tool = Tool(rawValue: name) else { throw Unanswerable("no tool \(name)") }
    return tool
  }

  /// True when samples are interpolated.
  var isDense: Bool { self == .handDense || self == .handHighDense }

  /// The integrator's method.
  func method() throws -> Method {
    switch self {
    case .text, .hand, .handDense: .explicit(try ButcherTableau.tsitouras54())
    case .handHigh, .handHighDense: .explicit(try ButcherTableau.dormandPrince853())
    }
  }
}
