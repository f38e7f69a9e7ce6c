import Quantities

/// A limit on one result of release testing, with its source.
public struct ReleaseLimit: Hashable, Sendable, CustomStringConvertible {
  /// One side of a limit.
  public struct Edge: Hashable, Sendable {
    /// The value, in the unit of the limit; shares as 0 ... 1.
    public let value: Rational
    /// True when a result of exactly this value passes.
    public let inclusive: Bool

    /// An edge from its parts.
    public init(_ value: Rational, inclusive: Bool) {
      self.value = value
      self.inclusive = inclusive
    }
  }

  /// What is limited.
  public let quantity: Quantity
  /// Least passing result; nil when none.
  public let low: Edge?
  /// Greatest passing result; nil when none.
  public let high: Edge?
  /// The cells that the result is a share of or is given per, in words; nil when not stated.
  public let of: String?
  /// Whether it was read.
  public let state: Product.FactState
  /// Where.
  public let source: String

  /// A limit from its parts.
  public init(
    _ quantity: Quantity, low: Edge? = nil, high: Edge? = nil, of: String? = nil,
    state: Product.FactState, source: String
  ) {
    self.quantity = quantity
    self.low = low
    self.high = high
    self.of = of
    self.state = state
    self.source = source
  }

  /// The results that a product file may limit; the raw values are its keys.
  public enum Quantity: String, Sendable, CaseIterable {
    /// Share of viable cells.
    case viability
    /// Share of CD3+ cells.
    case cd3 = "cd3_positive"
    /// Share of CAR+ cells.
    case car = "car_positive"
    /// Vector copies, `of` naming the cells they are given per.
    case copies = "vcn"
    /// Residual beads per 3E6 cells.
    case beads
    /// Endotoxin, EU/mL.
    case endotoxin
    /// Share by which the dose may lie off what was planned.
    case doseDeviation = "dose_deviation"
    /// Volume of one infusion, mL.
    case infusedVolume = "infused_volume"

    /// The unit in a product file; `%` is stored as a share.
    public var unit: String {
      switch self {
      case .viability, .cd3, .car, .doseDeviation: "%"
      case .copies: "copies"
      case .beads: "per 3e6 cells"
      case .endotoxin: "EU/mL"
      case .infusedVolume: "mL"
      }
    }

    /// True when a limit may stand on that side: a least viability, a greatest endotoxin.
    public var sides: (low: Bool, high: Bool) {
      switch self {
      case .viability, .cd3: (true, false)
      case .car, .copies, .infusedVolume: (true, true)
      case .beads, .endotoxin, .doseDeviation: (false, true)
      }
    }

    /// In words.
    public var words: String {
      switch self {
      case .viability: "viability"
      case .cd3: "CD3+ share"
      case .car: "CAR+ share"
      case .copies: "vector copies"
      case .beads: "residual beads"
      case .endotoxin: "endotoxin"
      case .doseDeviation: "deviation of the dose"
      case .infusedVolume: "infused volume"
      }
    }
  }

  /// True when a result passes. *value:* in the unit of the limit; shares as 0 ... 1.
  public func holds(_ value: Rational) -> Bool {
    if let low, low.inclusive ? value < low.value : value <= low.value { return false }
    if let high, high.inclusive ? value > high.value : value >= high.value { return false }
    return true
  }

  /// `at least 80 % of viable CD45+ cells`.
  public var description: String {
    var parts: [String] = []
    if let low { parts.append((low.inclusive ? "at least " : "above ") + shown(low.value)) }
    if let high { parts.append((high.inclusive ? "at most " : "below ") + shown(high.value)) }
    let joint = quantity == .copies ? " per " : " of "
    return parts.joined(separator: ", ") + (of.map { joint + $0 } ?? "")
  }

  private func shown(_ value: Rational) -> String {
    guard quantity.unit == "%", let percent = try? value.times(Rational(100)) else {
      return "\(ExactText.decimal(value)) \(quantity.unit)"
    }
    return ExactText.decimal(percent) + " %"
  }
}

/// How long records are kept, as the source suggests; never shortened by a program.
public struct Retention: Hashable, Sendable, CustomStringConvertible {
  /// Years after the expiry date of the product; nil when not stated.
  public var afterExpiry: Int?
  /// Years after the last dose; nil when not stated.
  public var afterLastDose: Int?

  /// A suggestion from its parts.
  public init(afterExpiry: Int?, afterLastDose: Int?) {
    self.afterExpiry = afterExpiry
    self.afterLastDose = afterLastDose
  }

  /// In words.
  public var description: String {
    [
      afterExpiry.map { "\($0) years after the expiry date" },
      afterLastDose.map { "\($0) years after the last dose" },
    ].compactMap(\.self).joined(separator: ", at least ")
  }
}
