import Quantities

/// A weight with how, when and for what it was taken. Only the earlier weight may be unknown; that
/// is held.
public struct WeightRecord: Hashable, Sendable {
  /// Kilograms.
  public var mass: BodyMass?
  /// The reading in pounds that `mass` was converted from; printed beside it.
  public var converted: Pounds?
  /// True for a weight from a scale; false for one that was said or guessed.
  public var isMeasured: Bool?
  /// The day of weighing.
  public var date: CivilDate?
  /// What the weight stands for.
  public var reference: Product.WeightReference?
  /// The day of leukapheresis, or of the planned infusion where that is meant or nothing is stated.
  public var referenceDate: CivilDate?
  /// An earlier weight; nil when there is none.
  public var earlier: BodyMass?
  /// The day of the earlier weight.
  public var earlierDate: CivilDate?

  /// A record of which nothing is given yet.
  public init() {}

  /// Takes a reading in pounds: converts it exactly and keeps the reading. Throws `notExact`.
  public mutating func convert(_ pounds: Pounds) throws(QuantityError) {
    mass = try pounds.converted()
    converted = pounds
  }
}

/// Thresholds at which a weight is held or refused; ours, not a source's, and configurable.
public struct WeightPolicy: Hashable, Sendable {
  /// Weights that are computed with; others are refused.
  public var plausible = PlausibleWeight()
  /// Most days between a weight and the infusion (or a reference that is not stated): 7.
  public var daysToInfusion = 7
  /// Most days between a weight and the leukapheresis: 3.
  public var daysToLeukapheresis = 3
  /// Greatest change against the earlier weight, as a share of the earlier: 10 %.
  public var drift: Fraction
  /// How near to 2.2046 (or its inverse) the ratio to the earlier weight looks like pounds: 3 %.
  public var poundTolerance: Fraction

  /// The thresholds above.
  public init() {
    drift = Fraction.oneTenth
    poundTolerance = Fraction.threePercent
  }
}

extension Fraction {
  fileprivate static let oneTenth = share(1, 10)
  fileprivate static let threePercent = share(3, 100)

  /// A share known to lie from 0 to 1.
  private static func share(_ a: Int128, _ b: Int128) -> Fraction {
    (try? Fraction(Rational(a, over: b))) ?? .zero
  }
}

/// The time at which a source means the weight of the patient.
public typealias WeightReference = Product.WeightReference
