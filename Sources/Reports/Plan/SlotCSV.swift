import Capacity

extension SlotReport {
  /// The slots as CSV, one row a patient; probabilities and days with four decimals. Names that a
  /// spreadsheet would run as a formula are made harmless (`CSVTable`). Throws for a value that is no
  /// number.
  public func csv() throws -> String {
    var table = CSVTable(
      columns: [
        "patient", "start_day", "start", "instrument", "committed", "p_instrument_free",
        "harvest_p10", "harvest_p50", "harvest_p90", "infusion_day", "infusion", "p_by_booked_day",
        "p_by_due_day", "p_given_up", "bed_idle_days", "product_wait_days", "p_too_old",
        "p_culture_fails",
        "due_day", "mean_days_late",
      ].map { .init($0) })
    func rounded(_ x: Double) -> CSVTable.Cell { .number((x * 1e4).rounded() / 1e4) }
    for slot in calendar.slots {
      let booking = slot.booking
      try table.append([
        .text(slot.patient), .integer(slot.start), date(slot.start), .integer(slot.instrument),
        .text(slot.committed ? "true" : "false"), rounded(slot.free), .integer(slot.harvest.p10),
        .integer(slot.harvest.p50), .integer(slot.harvest.p90), .integer(booking.day),
        date(booking.day), rounded(booking.inTime), rounded(slot.byDue), rounded(slot.givenUp),
        rounded(booking.bedIdle), rounded(booking.productWaits),
        booking.tooOld.map(rounded) ?? .blank, rounded(slot.fails), .integer(slot.due),
        rounded(slot.late),
      ])
    }
    return table.text
  }

  private func date(_ day: Int) -> CSVTable.Cell {
    calendar.date(day).map { .text($0.description) } ?? .blank
  }
}
