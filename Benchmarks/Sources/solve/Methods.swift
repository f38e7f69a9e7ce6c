import Integration
import Timing

/// The integrator's methods, by the names in the tables.
enum Methods {
  static func named(_ name: some StringProtocol) throws -> Method {
    switch name {
    case "5(4)": .explicit(try .tsitouras54())
    case "8(5,3)": .explicit(try .dormandPrince853())
    case "stiff": .rosenbrock(try .rodas5P())
    case "automatic": .automatic(try .tsitouras54(), try .rodas5P())
    default: throw Unanswerable("no method \(name)")
    }
  }
}
