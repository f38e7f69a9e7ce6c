import Quantities

/// Thresholds at which the time of a sample is held; ours, not a source's, and configurable.
public struct SamplePolicy: Hashable, Sendable {
  /// Most days between a sample and the infusion of a product that is supplied fresh: 3.
  public var daysFresh = 3
  /// Most hours between the samples of a density and of its percentages, of one sample point: 48.
  public var hoursApart = 48

  /// The thresholds above.
  public init() {}
}

/// The moments between which the samples of a product must lie.
struct SampleFrame {
  /// The day of the leukapheresis from which the patient's own product is made.
  var leukapheresis: CivilDate?
  /// The day of the planned infusion.
  var infusionDay: CivilDate?
  /// Its time, where it is given.
  var infusion: CivilTime?
}

extension DoseRequest {
  /// The moments that the request tells. A donor's cells come from another leukapheresis.
  var sampleFrame: SampleFrame {
    let isOfLeukapheresis = weight?.reference == .leukapheresis
    return SampleFrame(
      leukapheresis: isOfLeukapheresis && product.cellSource != .donor
        ? weight?.referenceDate : nil,
      infusionDay: infusion?.date ?? (isOfLeukapheresis ? nil : weight?.referenceDate),
      infusion: infusion)
  }

  /// The refusal of a volume without the time of infusion, where the product's source limits the
  /// time after the sample.
  var noInfusion: Refusal? {
    guard infusion == nil, !supplies.isEmpty, let span = product.timing.afterSample else {
      return nil
    }
    return .missing(
      "infusion",
      "The planned time of infusion, which the source wants within \(span) of the sample,")
  }

  /// Refuses a missing time of infusion, and one on another day than the weight stands for.
  func checkInfusion() throws(Refusal) {
    if let noInfusion { throw noInfusion }
    if let day = infusion?.date, weight?.reference == .infusion, let meant = weight?.referenceDate,
      day != meant
    {
      throw Refusal(
        .ambiguous, "infusion",
        "The infusion is planned on another day than the weight stands for.",
        remedy: "Check both days.")
    }
  }
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

  /// When the first of the samples was taken.
  var firstTaken: CivilTime? { times.map(\.time).min { $0.minutes < $1.minutes } }

  /// When the last of the samples was taken; before it nobody can have looked at the results.
  var lastTaken: CivilTime? { times.map(\.time).max() }

  /// Samples whose day cannot be, one hold for each such day.
  func dateHolds(
    _ product: Product, _ frame: SampleFrame, _ policy: SamplePolicy, _ path: String
  ) -> [Hold] {
    var holds: [Hold] = []
    var seen: [CivilDate] = []
    for (percentage, time) in times {
      guard let day = time.date, !seen.contains(day) else { continue }
      let point = percentage.map { percentages?[$0].sample } ?? densitySample
      guard
        let (doubt, mark) = frame.doubt(time, on: day, at: point, product.presentation.form, policy)
      else { continue }
      seen.append(day)
      holds.append(
        Hold(
          .sampleDate, field(percentage, path), doubt, value: "\(number ?? ""); \(day); \(mark)",
          action: "Check the day on the certificate, and that it is of this batch.", role: .quality)
      )
    }
    return holds
  }

  private func field(_ percentage: Int?, _ path: String) -> String {
    path + (percentage.map { "percentages[\($0)].taken" } ?? "densityTaken")
  }

  /// A sample older at the infusion than the source allows, and results of one point that were not
  /// sampled together.
  func timeHolds(
    _ product: Product, _ frame: SampleFrame, _ policy: SamplePolicy, _ path: String
  ) -> [Hold] {
    var holds: [Hold] = []
    let first = times.min { $0.time.minutes < $1.time.minutes }
    if let span = product.timing.afterSample, let infusion = frame.infusion, let first,
      first.time.adding(span).map({ infusion.minutes > $0.minutes }) ?? true
    {
      holds.append(
        Hold(
          .sampleAge, field(first.percentage, path),
          "The infusion is planned more than \(span) after the sample was taken.",
          value: "\(number ?? ""); \(first.time.clock); \(infusion.clock)",
          action: "Infuse within that time, or take and test a new sample.", role: .quality))
    }
    guard let densityTaken, let densitySample else { return holds }
    let apart = (percentages ?? []).enumerated().filter { _, percentage in
      guard percentage.sample == densitySample, let taken = percentage.taken else { return false }
      return abs(taken.minutes - densityTaken.minutes) > 60 * policy.hoursApart
    }
    if let (index, percentage) = apart.first, let taken = percentage.taken {
      holds.append(
        Hold(
          .sampleApart, field(index, path),
          "Results of one sample point are multiplied that were sampled more than "
            + "\(policy.hoursApart) h apart.",
          value: "\(number ?? ""); \(densityTaken.clock); \(taken.clock)",
          action: "Check both times on the certificate, and that both are of this batch.",
          role: .laboratory))
    }
    return holds
  }
}

extension SampleFrame {
  /// Why a sample cannot be of that day, and the day that it contradicts; nil when it can.
  fileprivate func doubt(
    _ time: CivilTime, on day: CivilDate, at point: SamplePoint?, _ form: Presentation.Form?,
    _ policy: SamplePolicy
  ) -> (doubt: String, mark: String)? {
    if let leukapheresis {
      if day < leukapheresis {
        return (
          "The sample was taken before the leukapheresis from which the product is made.",
          "\(leukapheresis)"
        )
      }
      if day == leukapheresis, point != .inProcess {
        return (
          "The sample of the product was taken on the day of the leukapheresis.",
          "\(leukapheresis)"
        )
      }
    }
    guard let infusionDay else { return nil }
    let age = infusionDay.dayNumber - day.dayNumber
    if let infusion, time.minutes > infusion.minutes {
      return ("The sample was taken after the time of the infusion.", infusion.clock)
    }
    if infusion == nil, age < 0 {
      return ("The sample was taken after the day of the infusion.", "\(infusionDay)")
    }
    guard form == .fresh, age > policy.daysFresh else { return nil }
    return (
      "The product is supplied fresh, and the sample was taken more than "
        + "\(NumberText.counted(policy.daysFresh, "day")) before the infusion.", "\(infusionDay)"
    )
  }
}

extension DoseRequest {
  /// True when the confirmation settles the hold, is not older than the samples it is about and not
  /// younger than the sheet.
  func accepts(_ given: Confirmation, for hold: Hold) -> Bool {
    given.settles(hold) && !isTooEarly(given, for: hold) && !isTooLate(given)
  }

  /// True when the confirmation is dated after the sheet.
  func isTooLate(_ given: Confirmation) -> Bool {
    guard let asOf, let time = given.time else { return false }
    return time.minutes > asOf.minutes
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
    if request.isTooLate(given) { return "Not accepted: it is dated after this sheet." }
    return "Not accepted: a name is needed."
  }
}

extension Certificate {
  /// Sample point and time of a percentage; that they are those of the density, where they are.
  func sampleWords(_ percentage: Percentage) -> String {
    if percentage.sample == densitySample, percentage.taken == densityTaken {
      return "same sample and time"
    }
    return [percentage.sample?.description, percentage.taken?.withOffset].compactMap(\.self)
      .joined(separator: ", ")
  }
}
