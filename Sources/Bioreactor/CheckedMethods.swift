import Integration
import Quantities

/// The integration methods that cultures use, checked once.
struct CheckedMethods: Sendable {
  /// Explicit steps of order 5: loose tolerances, and many conditions.
  let order5: ButcherTableau
  /// Explicit steps of order 8: tight tolerances.
  let order8: ButcherTableau
  /// Implicit steps, where a culture is stiff.
  let implicit: RosenbrockTableau

  private static let shared: CheckedMethods? = {
    guard let order5 = try? ButcherTableau.tsitouras54(),
      let order8 = try? ButcherTableau.dormandPrince853(),
      let implicit = try? RosenbrockTableau.rodas5P()
    else { return nil }
    return CheckedMethods(order5: order5, order8: order8, implicit: implicit)
  }()

  /// The methods; throws when a coefficient was wrong.
  static func all() throws(InputRefused) -> CheckedMethods {
    if let shared { return shared }
    throw InputRefused([
      Finding(
        .error, "E_INTERNAL", at: Place(file: "integration"), "A method failed its check.",
        remedy: "Report it.")
    ])
  }
}
