/// What may be done with a worksheet. It is never "approved": people approve.
public enum Verdict: Hashable, Sendable {
  /// Nothing is open but the two signatures.
  case forTwoSignatures
  /// These holds are open, each for the role that it names.
  case held([Hold])
  /// These limits are broken; exceptional use needs requestor, risk evaluation, the physician's
  /// confirmation and notifications. Open holds stay open beside it.
  case outOfSpecification([LimitOutcome], holds: [Hold])

  /// A stable word for scripts.
  public var code: String {
    switch self {
    case .forTwoSignatures: "for two signatures"
    case .held: "held"
    case .outOfSpecification: "out of specification"
    }
  }
}

/// A hold and what was confirmed about it.
public struct HoldRecord: Hashable, Sendable {
  /// The hold.
  public let hold: Hold
  /// Who settled it; nil while it is open.
  public let confirmation: Confirmation?

  /// True while nobody settled it.
  public var isOpen: Bool { confirmation == nil }
}
