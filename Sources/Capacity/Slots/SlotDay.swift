import Quantities

/// When a day's work begins and when its last harvest can be started, in days from midnight.
struct SlotDay: Sendable {
  let ready: Double
  let latest: Double
  /// The times at which harvests are taken to begin: when the day opens, then about every hour until
  /// the latest; a harvest that is ready between two of them counts to the later one.
  let begins: [Double]

  init(_ calendar: Facility.WorkCalendar?, start: Double, harvest: Double) {
    let opens = calendar?.shifts.first.map { Double($0.opens) / 1440 } ?? 0
    let closes = calendar?.shifts.last.map { Double($0.closes) / 1440 } ?? 1
    ready = opens + start
    latest = max(opens, closes - harvest)
    let span = latest - opens
    let steps = Int((24 * span - 1e-9).rounded(.up))
    begins = [opens] + (0..<steps).map { opens + span * Double($0 + 1) / Double(steps) }
  }

  /// The law of the harvest day of a batch that is started when the day's work begins.
  ///
  /// The culture begins at `ready` on day 0 and takes a time C; the harvest is on the first day on
  /// which it can still be started: P(K = k) = F(k + latest - ready) - F(k - 1 + latest - ready), where
  /// F is the distribution of C. A millionth of the longest cultures counts to the day before them.
  func law(
    _ culture: Law, failure: Double, endedAfter: Double
  ) throws(SlotsRefused) -> HarvestDayLaw {
    var days: [Double] = []
    var parts: [[Double]] = []
    var before = 0.0
    while before < 1 - 1e-6 {
      guard days.count < 400 else { throw .problem("a culture may take longer than 399 days") }
      var sums: [Double] = []
      var last = before
      for begin in begins {
        let now = max(last, culture.share(upTo: Double(days.count) + begin - ready))
        sums.append(now - last)
        last = now
      }
      days.append(last - before)
      parts.append(last > before ? sums.map { $0 / (last - before) } : sums)
      before = last
    }
    days[days.count - 1] += 1 - before
    let ended = max(0, (ready + endedAfter - latest - 1e-9).rounded(.up))
    return try HarvestDayLaw(
      days, failure: failure, endedOn: Int(min(399, ended)), parts: parts)
  }
}
