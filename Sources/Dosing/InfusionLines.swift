import Quantities

extension DoseCalculation {
  /// Order, time limits and rate of the infusion in words, as the product's record states them;
  /// clock times where the start of a thaw is given. Empty when nothing was read.
  public var infusionLines: [String] {
    let timing = request.product.timing
    var lines: [String] = []
    if let order = timing.order { lines.append("Order: \(order).") }
    lines += courseLines + sampleLines
    if let limit = timing.afterThaw {
      var line = "Time limit after thaw: \(limit.most), \(limit.from)."
      if let thawed = request.thawed, let end = thawed.adding(limit.most) {
        line += " First thaw started \(thawed.withOffset); its limit is \(end.withOffset)."
      }
      lines.append(line)
    }
    if let rate = timing.rate {
      var line = "Rate: \(range(rate)) mL/min."
      for filled in portions {
        guard let volume = filled.drawn?.volume.milliliters,
          let slow = try? volume.divided(by: rate.lowerBound),
          let fast = try? volume.divided(by: rate.upperBound)
        else { continue }
        line +=
          " \(filled.portion.name): \(ExactText.decimal(fast, decimals: 1, rounding: .up)) to "
          + "\(ExactText.decimal(slow, decimals: 1, rounding: .down)) min."
      }
      lines.append(line)
    }
    if let window = timing.afterDepletion {
      lines.append(
        "Days after the \(window.from.rawValue) of lymphodepletion: "
          + "\(window.days.lowerBound) to \(window.days.upperBound).")
    }
    lines += timing.delay.map { "Delay: \($0)." }
    return lines
  }

  /// When the infusion is planned, and by when the source wants it.
  private var sampleLines: [String] {
    var lines: [String] = []
    let planned = request.infusion.map { "Infusion planned: \($0.clock)." }
    if let span = request.product.timing.afterSample {
      let first = request.supplies.compactMap { $0.certificate?.firstTaken }
        .min { $0.minutes < $1.minutes }
      let end = first.flatMap { $0.adding(span) }
      lines.append(
        "Time limit after the sample: \(span)" + (end.map { ", until \($0.clock)" } ?? "") + ".")
    }
    if let planned {
      lines.append(planned)
    } else if request.product.presentation.form == .fresh, !request.supplies.isEmpty,
      request.sampleFrame.infusionDay == nil
    {
      lines.append("No time of infusion is given: how old the sample then is was not checked.")
    }
    return lines
  }

  private var courseLines: [String] {
    var lines: [String] = []
    for (filled, number) in zip(portions, 1...) {
      let portion = filled.portion
      var parts: [String] = []
      if let day = portion.day {
        parts.append("day \(day)" + (portion.dayTolerance.map { ", up to \($0) days off" } ?? ""))
      }
      if let after = portion.after {
        parts.append("at least \(after) after the dose before")
      }
      if let gate = portion.gate { parts.append(gate) }
      if let latest = portion.latestDay { parts.append("not after day \(latest)") }
      if !parts.isEmpty {
        lines.append("Portion \(number), \(portion.name): \(parts.joined(separator: "; ")).")
      }
    }
    return lines
  }

  private func range(_ range: ClosedRange<Rational>) -> String {
    range.lowerBound == range.upperBound
      ? ExactText.decimal(range.lowerBound)
      : "\(ExactText.decimal(range.lowerBound)) to \(ExactText.decimal(range.upperBound))"
  }
}

extension CivilTime {
  /// The instant a stated time later, rounded down to the minute; nil outside the calendar.
  func adding(_ span: TimeSpan) -> CivilTime? {
    guard let later = try? span.hours.times(Rational(60)).floor,
      let minutes = Int(exactly: later), minutes < 1_000_000_000
    else { return nil }
    return CivilTime(minutes: self.minutes + minutes, offset: offset)
  }
}
