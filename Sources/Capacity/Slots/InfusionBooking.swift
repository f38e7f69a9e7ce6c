/// The day on which a patient is booked for infusion, and what can go wrong with it.
public struct InfusionBooking: Sendable, Hashable {
  /// The booked day.
  public let day: Int
  /// P(the product can be infused on the booked day or earlier), of a culture that does not fail.
  public let inTime: Double
  /// P(the product is not there on the booked day, so that it has to be booked anew).
  public var rebooked: Double { max(0, 1 - inTime) }
  /// Mean days for which the bed waits for the product: E[(ready - booked)+].
  public let bedIdle: Double
  /// Mean days for which the product waits for the bed: E[(booked - ready)+].
  public let productWaits: Double
  /// P(the product waits longer than its shelf life); nil without a shelf life.
  public let tooOld: Double?

  /// The share of products that are ready in time for which the two costs balance:
  /// bed / (bed + product), the newsvendor's quantile.
  ///
  /// `bed` is the cost of a day on which a bed waits (booked too early), `product` of a day on
  /// which the product waits (booked too late). Throws `SlotsRefused` unless both are finite,
  /// not negative, and one is positive.
  ///
  /// Source: Arrow, Harris and Marschak (1951), Econometrica 19, 250-272.
  public static func level(bed: Double, product: Double) throws(SlotsRefused) -> Double {
    guard bed.isFinite, product.isFinite, bed >= 0, product >= 0, bed + product > 0 else {
      throw .problem("the costs of a waiting bed and of a waiting product are not both positive")
    }
    return bed / (bed + product)
  }

  /// Books a batch at a quantile of the days on which it can be infused.
  public init(_ days: InfusionDays, level: Double, shelfLife: Int? = nil) {
    self.init(on: days.quantile(level), days, shelfLife: shelfLife)
  }

  /// What a given day would mean for a batch.
  public init(on day: Int, _ days: InfusionDays, shelfLife: Int? = nil) {
    self.day = day
    var inTime = 0.0
    var idle = 0.0
    var waits = 0.0
    var old = 0.0
    for (ready, p) in days.all {
      if ready <= day { inTime += p }
      idle += p * Double(max(0, ready - day))
      waits += p * Double(max(0, day - ready))
      if let shelfLife, day - ready > shelfLife { old += p }
    }
    self.inTime = min(1, inTime)
    bedIdle = idle
    productWaits = waits
    tooOld = shelfLife.map { _ in min(1, old) }
  }

  /// Keeps the booking while P(in time) under a newer law is at least `keep`; else books anew at
  /// `level`.
  public func revised(
    _ days: InfusionDays, level: Double, keep: Double, shelfLife: Int? = nil
  ) -> (booking: InfusionBooking, moved: Bool) {
    let same = InfusionBooking(on: day, days, shelfLife: shelfLife)
    if same.inTime >= keep { return (same, false) }
    let new = InfusionBooking(days, level: level, shelfLife: shelfLife)
    return (new, new.day != day)
  }

  /// P(the booking is given up before its day), when it is given up as soon as the batch has not
  /// been harvested for so long that P(in time) has fallen below `keep`.
  ///
  /// Exact: the first day j after the start with P(ready in time | not harvested before j) < keep
  /// is reached with probability P(harvest on day j or later).
  public func givenUp(_ days: InfusionDays, hold: [Double], keep: Double) -> Double {
    for (j, still) in hold.enumerated() where still > 0 {
      if days.byDay(day, harvestedFrom: j) / still < keep { return still }
    }
    return 0
  }
}
