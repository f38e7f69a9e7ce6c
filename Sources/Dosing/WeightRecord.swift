import Quantities

/// A weight with how, when and for what it was taken. Only the other weight may be unknown; that
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
  /// Another weighing, before or after; nil when there is none.
  public var earlier: BodyMass?
  /// The day of the other weight.
  public var earlierDate: CivilDate?

  /// A record of which nothing is given yet.
  public init() {}

  /// `later` when the other weighing comes after this one, else `earlier`.
  public var otherWord: String {
    guard let date, let earlierDate, earlierDate > date else { return "earlier" }
    return "later"
  }

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
  /// Greatest change between the two weighings, as a share of the first in time: 10 %.
  public var drift: Fraction
  /// How near to 2.2046 (or its inverse) the ratio to the other weight looks like pounds: 3 %.
  public var poundTolerance: Fraction
  /// Most days between two weighings of a child for one to vouch for the other: 90.
  public var daysToVouch = 90
  /// Years from which a patient is no child: 18.
  public var adultAge = Rational(18)
  /// Kilograms from which a patient without an age is taken for no child: 40.
  public var adultMass = Rational(40)

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
