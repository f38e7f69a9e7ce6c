import Quantities

/// Thresholds at which the time of a sample is held; ours, not a source's, and configurable.
public struct SamplePolicy: Hashable, Sendable {
  /// Most days between a sample and the infusion of a product that is supplied fresh: 3.
  public var daysFresh = 3

  /// The threshold above.
  public init() {}
}

extension WeightRecord {
  /// The day of the planned infusion; nil when the reference is the leukapheresis.
  var infusionDay: CivilDate? { reference == .leukapheresis ? nil : referenceDate }
}

extension Certificate {
  /// When each sample was taken, with the field that says so.
  private var times: [(percentage: Int?, time: CivilTime)] {
    var times: [(Int?, CivilTime)] = densityTaken.map { [(nil, $0)] } ?? []
    for (index, percentage) in (percentages ?? []).enumerated() {
      if let taken = percentage.taken { times.append((index, taken)) }
    }
    return times
  }

  /// When the last of the samples was taken; before it nobody can have looked at the results.
  var lastTaken: CivilTime? { times.map(\.time).max() }

  /// Samples whose day cannot be, one hold for each such day.
  func dateHolds(
    _ product: Product, infusion: CivilDate?, _ policy: SamplePolicy, _ path: String
  ) -> [Hold] {
    guard let infusion else { return [] }
    var holds: [Hold] = []
    var seen: [CivilDate] = []
    for (percentage, time) in times {
      guard let day = time.date, !seen.contains(day) else { continue }
      let age = infusion.dayNumber - day.dayNumber
      let doubt: String
      if age < 0 {
        doubt = "The sample was taken after the day of the infusion."
      } else if product.presentation.form == .fresh, age > policy.daysFresh {
        doubt =
          "The product is supplied fresh, and the sample was taken more than "
          + "\(NumberText.counted(policy.daysFresh, "day")) before the infusion."
      } else {
        continue
      }
      seen.append(day)
      holds.append(
        Hold(
          .sampleDate, path + (percentage.map { "percentages[\($0)].taken" } ?? "densityTaken"),
          doubt, value: "\(number ?? ""); \(day); \(infusion)",
          action: "Check the day on the certificate, and that it is of this batch.", role: .quality)
      )
    }
    return holds
  }
}

extension DoseRequest {
  /// True when the confirmation settles the hold and is not older than the samples it is about.
  func accepts(_ given: Confirmation, for hold: Hold) -> Bool {
    given.settles(hold) && !isTooEarly(given, for: hold)
  }

  /// True when the confirmation was written before the samples were taken that the hold doubts.
  func isTooEarly(_ given: Confirmation, for hold: Hold) -> Bool {
    guard let time = given.time, let last = lastTaken(for: hold) else { return false }
    return time.minutes < last.minutes
  }

  /// The last sample of the certificate that a hold is about; nil when it is about none.
  private func lastTaken(for hold: Hold) -> CivilTime? {
    let fields = ["densityTaken", "densitySample", "viableDensity", "totalDensity", "percentages"]
    for (index, supply) in supplies.enumerated() {
      let path = path(index)
      guard fields.contains(where: { hold.field.hasPrefix(path + $0) }) else { continue }
      return supply.certificate?.lastTaken
    }
    return nil
  }
}

extension DoseCalculation {
  /// Why a confirmation settled nothing, in words; nil when it settled a hold.
  public func objection(to given: Confirmation) -> String? {
    if holds.contains(where: { request.accepts(given, for: $0.hold) }) { return nil }
    let named = holds.map(\.hold).first { $0.code == given.code && $0.field == given.field }
    guard let hold = named else { return "Confirmed, and no such doubt is open." }
    if ConfirmedValue(given.value) != ConfirmedValue(hold.value) {
      return "Not accepted: it was confirmed for \(given.value), and the value is \(hold.value)."
    }
    if hold.role != given.role { return "Not accepted: this doubt is settled by \(hold.role)." }
    if request.isTooEarly(given, for: hold) {
      return "Not accepted: it was confirmed before the sample was taken."
    }
    return "Not accepted: a name is needed."
  }
}

extension Certificate {
  /// Sample point and time of a percentage; that they are those of the density, where they are.
  func sampleWords(_ percentage: Percentage) -> String {
    if percentage.sample == densitySample, percentage.taken == densityTaken {
      return "same sample and time"
    }
    return [percentage.sample?.description, percentage.taken?.description].compactMap(\.self)
      .joined(separator: ", ")
  }
}
