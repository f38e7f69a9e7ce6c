extension Process.Calendar {
  /// Refuses a calendar without windows, with hours outside the day, or with overlaps.
  func check(_ subject: String) throws(ProcessRefused) {
    guard !windows.isEmpty else {
      throw ProcessRefused(.neverOpens, subject, "has no window; give at least one shift")
    }
    for window in windows {
      guard window.opens >= 0, window.opens < 24, window.closes > window.opens,
        window.closes <= 48
      else {
        throw ProcessRefused(
          .neverOpens, subject,
          "the \(window.weekday.short) window from \(window.opens) h to \(window.closes) h never "
            + "opens; it must open in 0 ..< 24 h and close later, at most at 48 h")
      }
    }
    let sorted = windows.map { window in
      let day = Double(24 * (window.weekday.rawValue - 1))
      return (opens: day + window.opens, closes: day + window.closes)
    }.sorted { $0.opens < $1.opens }
    for (index, window) in sorted.enumerated() {
      let next = index + 1 < sorted.count ? sorted[index + 1].opens : sorted[0].opens + 168
      guard window.closes <= next else {
        throw ProcessRefused(
          .neverOpens, subject,
          "windows overlap \(window.opens) h after the start of the week; join them")
      }
    }
  }
}
