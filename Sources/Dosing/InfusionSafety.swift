import Quantities

/// What the infusion brings with it, exact; nil where it was not asked for.
public struct InfusionSafety: Hashable, Sendable {
  /// Volume infused on one day, mL.
  public let dayVolume: Rational?
  /// Volume on one day / W, mL/kg.
  public let volumePerKilogram: Rational?
  /// DMSO on one day: V x mg/mL / 1000 / W, g/kg.
  public let dmsoPerKilogram: Rational?
  /// Volume infused in one hour, mL.
  public let hourVolume: Rational?
  /// Endotoxin in one hour: V x EU/mL / W, EU/kg.
  public let endotoxinPerKilogram: Rational?
  /// Vector copies per CAR+ cell: copies per cell / CAR+ share of those cells.
  public let copiesPerCarPositive: Rational?

  /// Fractions are on days of their own, portions of a split on the days that the source states, so
  /// that the worst day counts; a whole dose and components are infused on one day. *portions:*
  /// without volumes when none was asked for.
  init(
    _ results: ReleaseResults, dmso: Rational?, portions: [FilledPortion], course: DoseCourse,
    mass: BodyMass?
  ) throws(Refusal) {
    let drawn = portions.compactMap(\.drawn)
    if let perHour = results.containersPerHour, perHour < 1 {
      throw Refusal(
        .badValue, "results.containersPerHour", "Fewer than one container is infused in an hour.",
        remedy: "Give the containers infused in one hour, or leave it out for all of a day.")
    }
    copiesPerCarPositive = try Self.copies(results)
    guard !drawn.isEmpty else {
      dayVolume = nil
      volumePerKilogram = nil
      dmsoPerKilogram = nil
      hourVolume = nil
      endotoxinPerKilogram = nil
      return
    }
    guard let mass = mass?.kilograms else { throw .missing("bodyMass", "The body weight") }
    let days: [[Rational]]
    switch course {
    case .single, .repeated, .components:
      days = [drawn.flatMap(\.infused).map(\.milliliters)]
    case .fractions:
      days = drawn.map { $0.infused.map(\.milliliters) }
    case .split:
      let byDay = Dictionary(grouping: portions) { $0.portion.day }
      days = byDay.values.map { $0.flatMap { $0.drawn?.infused ?? [] }.map(\.milliliters) }
    }
    let perHour = results.containersPerHour ?? .max
    let (day, hour) = try exact("safety") {
      func sum(_ volumes: some Sequence<Rational>) throws -> Rational {
        try volumes.reduce(Rational.zero) { try $0.plus($1) }
      }
      let day = try days.map { try sum($0) }.max() ?? .zero
      let hour = try days.map { try sum($0.sorted(by: >).prefix(perHour)) }.max() ?? .zero
      return (day, hour)
    }
    dayVolume = day
    hourVolume = hour
    volumePerKilogram = try exact("volumePerKilogram") { try day.divided(by: mass) }
    dmsoPerKilogram = try exact("dmso") {
      try dmso.map { try day.times($0).divided(by: Rational(1000)).divided(by: mass) }
    }
    endotoxinPerKilogram = try exact("endotoxin") {
      try results.endotoxin.map { try hour.times($0.value).divided(by: mass) }
    }
  }

  private static func copies(_ results: ReleaseResults) throws(Refusal) -> Rational? {
    guard let copies = results.copies else { return nil }
    guard copies >= .zero else {
      throw Refusal(
        .badValue, "results.copies", "The vector copies are below zero.",
        remedy: "Check the certificate.")
    }
    guard let share = results.copiesCarShare else {
      throw .missing("results.copiesCarShare", "The CAR+ share of the cells of the copy number")
    }
    guard share > .zero else {
      throw Refusal(
        .badValue, "results.copiesCarShare", "The CAR+ share of those cells is 0 %.",
        remedy: "Check the certificate.")
    }
    return try exact("copies") { try copies.divided(by: share.value) }
  }
}
