import Quantities

/// Parameters that can be changed together without any change of what can be observed.
public struct FreeCombination: Sendable, Hashable {
  /// How the parameters move together.
  public enum Form: String, Sendable {
    /// Each is multiplied by a power of one factor.
    case factors
    /// To each a multiple of one shift is added.
    case shifts
    /// Together, in no simple form.
    case other
  }

  /// The parameters, in the model's order.
  public let names: [String]
  /// How they move together.
  public let form: Form
  /// Powers of the factor, or multiples of the shift: whole numbers; empty for no simple form.
  public let exponents: [Int]

  /// What can be told of them, such as `a and b only as a * b`.
  public var words: String {
    guard names.count > 1 else { return "\(names.first ?? "nothing") not at all" }
    let all = NumberText.list(names)
    guard form != .other, exponents.count == names.count else {
      return "\(all) only together, in no simple form"
    }
    if names.count == 2 { return "\(all) only as \(invariant)" }
    let moves = zip(names, exponents).map { name, e -> String in
      let size = abs(e) == 1 ? "" : form == .factors ? "^\(abs(e))" : "\(abs(e)) "
      return form == .factors
        ? "\(name) \(e > 0 ? "*" : "/") f\(size)" : "\(name) \(e > 0 ? "+" : "-") \(size)d"
    }
    return "\(all) only together: \(moves.joined(separator: ", ")) changes nothing for any "
      + (form == .factors ? "factor f" : "shift d")
  }

  /// For two parameters the combination that stays: a^n b^-m, or n a - m b.
  private var invariant: String {
    // Along (a f^m, b f^n) what stays is a^n / b^m.
    var (m, n) = (exponents[0], exponents[1])
    if n < 0 { (m, n) = (-m, -n) }
    func power(_ name: String, _ e: Int) -> String { e == 1 ? name : "\(name)^\(e)" }
    func multiple(_ name: String, _ e: Int) -> String { e == 1 ? name : "\(e) \(name)" }
    switch form {
    case .factors:
      return m > 0
        ? "\(power(names[0], n)) / \(power(names[1], m))"
        : "\(power(names[0], n)) * \(power(names[1], -m))"
    default:
      return m > 0
        ? "\(multiple(names[0], n)) - \(multiple(names[1], m))"
        : "\(multiple(names[0], n)) + \(multiple(names[1], -m))"
    }
  }

  /// Reads a direction found at several points; each point gives the direction as d ln p and as dp,
  /// one entry a parameter.
  ///
  /// A form is named only when its numbers are the same simple fractions at every point.
  init(names: [String], logarithms: [[Double]], naturals: [[Double]]) {
    if let powers = FreeCombination.whole(logarithms) {
      self.init(names, .factors, powers)
    } else if let multiples = FreeCombination.whole(naturals) {
      self.init(names, .shifts, multiples)
    } else {
      let parts = names.indices.filter { j in
        logarithms.contains { abs($0[j]) > 1e-3 * ($0.map(abs).max() ?? 0) }
      }
      self.init(parts.map { names[$0] }, exactly: .other, [])
    }
  }

  private init(_ names: [String], _ form: Form, _ numbers: [Int]) {
    let parts = names.indices.filter { numbers[$0] != 0 }
    self.init(parts.map { names[$0] }, exactly: form, parts.map { numbers[$0] })
  }

  private init(_ names: [String], exactly form: Form, _ exponents: [Int]) {
    self.names = names
    self.form = form
    self.exponents = exponents
  }

  /// The common direction as small whole numbers; nil when there is none.
  private static func whole(_ directions: [[Double]]) -> [Int]? {
    var found: [Int]?
    for direction in directions {
      guard
        let least = direction.map(abs).filter({ $0 > 1e-4 * (direction.map(abs).max() ?? 0) })
          .min(), least > 0, direction.allSatisfy(\.isFinite)
      else { return nil }
      var numbers: [Int]?
      for multiple in 1...6 {
        let scaled = direction.map { $0 / least * Double(multiple) }
        if scaled.allSatisfy({ abs($0 - $0.rounded()) < 1e-3 && abs($0) < 13 }) {
          numbers = scaled.map { Int($0.rounded()) }
          break
        }
      }
      guard var numbers else { return nil }
      if let first = numbers.first(where: { $0 != 0 }), first < 0 { numbers = numbers.map { -$0 } }
      if let found, found != numbers { return nil }
      found = numbers
    }
    return found
  }
}
