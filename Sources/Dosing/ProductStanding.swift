import Quantities

extension Product {
  /// The limit of one result; nil when the source sets none.
  public func limit(_ quantity: ReleaseLimit.Quantity) -> ReleaseLimit? {
    limits.first { $0.quantity == quantity }
  }

  /// The state of a field: its own, or that of the nearest field that holds it (`dose` for
  /// `dose.cap`); nil when none is recorded.
  public func state(of field: String) -> FactState? {
    var name = field[...]
    while true {
      if let fact = facts.first(where: { $0.field == name }) { return fact.state }
      guard let dot = name.lastIndex(of: ".") else { return nil }
      name = name[..<dot]
    }
  }

  /// Whether doses can be computed from the record.
  public enum Standing: Hashable, Sendable, CustomStringConvertible {
    /// Yes.
    case usable
    /// Yes, but for what is named.
    case usableExcept(String)
    /// No: what must be read.
    case refused(String)
    /// No: the field that nobody has verified.
    case unverified(String)

    /// In words.
    public var description: String {
      switch self {
      case .usable: "usable"
      case .usableExcept(let what): "usable, but refused for \(what): unverified"
      case .refused(let missing): "refused: \(missing)"
      case .unverified(let field): "refused: \(field) is unverified"
      }
    }
  }

  /// Whether doses can be computed from the record.
  public var standing: Standing {
    guard let dose else { return .refused(missing ?? "the dose was not read") }
    if let field = unverifiedDose { return .unverified(field) }
    if case .split(let split) = dose.course {
      let open = split.regimens.filter { $0.state == .unverified }.map(\.description)
      if open.count == split.regimens.count { return .unverified("dose.blasts") }
      if !open.isEmpty { return .usableExcept(open.joined(separator: "; ")) }
    }
    return .usable
  }
}

extension Product {
  /// The rule, when it may be computed with; refuses a dose that was not read or not verified.
  public func usableRule() throws(Refusal) -> DoseRule {
    guard let rule = dose else {
      throw Refusal(
        .noDose, "product.dose", "The dose of \(id) is not known: \(missing ?? "it was not read").",
        remedy: "Read the approved label and complete the product file; another country's label "
          + "is no substitute.")
    }
    if let field = unverifiedDose {
      throw Refusal(
        .unverified, "product.\(field)", "\(field) of \(id) is unverified.",
        remedy: "Check it in the source and mark it 'read'.")
    }
    return rule
  }

  /// The first field that the dose rests on and that nobody has verified.
  var unverifiedDose: String? {
    facts.first {
      $0.state == .unverified
        && ($0.field == "dose" || $0.field.hasPrefix("dose.") || $0.field == "counted")
    }?.field
  }
}
