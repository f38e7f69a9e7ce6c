import Quantities

/// The planned dose in the portions of its course, with the window that each must keep to.
struct Portions {
  /// One portion.
  struct Row {
    var cells: BigNatural
    var window: Window
    /// The sum of the shares up to and with this one; nil for stated cells.
    var cumulative: Ratio?
    /// Rows of equal days are infused on one day.
    var day: Int
  }

  var rows: [Row]
  /// True when one bag may serve all of them.
  var mayShareBag: Bool

  init(
    _ planned: BigNatural, _ sheet: DoseSheet, in window: Window
  ) throws(CheckFault) {
    switch sheet.course {
    case .single:
      rows = [Row(cells: planned, window: window, cumulative: Ratio.one, day: 0)]
      mayShareBag = true
    case .fractions(let shares):
      rows = try Portions.cut(planned, shares, window)
      for index in rows.indices { rows[index].day = index }
      mayShareBag = true
    case .components(let shares):
      rows = try Portions.cut(planned, shares, window)
      mayShareBag = false
    case .split(let regimens):
      guard sheet.choice == .target else { throw CheckFault("a split of another dose") }
      guard let blasts = sheet.blasts else { throw CheckFault("a missing share of blasts") }
      let place = try Edges.place(
        of: blasts.value, among: regimens.map { ($0.lower, $0.upper) }, named: "share of blasts")
      let (counts, days) = (regimens[place].portions, regimens[place].days)
      guard counts.count == days.count, days == days.sorted() else {
        throw CheckFault("portions without days in order")
      }
      rows = zip(counts, days).map { count, day in
        let cells = BigNatural(count)
        return Row(
          cells: cells, window: Window(minimum: nil, maximum: cells), cumulative: nil, day: day)
      }
      mayShareBag = false
    }
    let sum = rows.reduce(BigNatural.zero) { $0 + $1.cells }
    guard sum == planned else { throw CheckFault("portions that are not the planned dose") }
  }

  /// Cuts the dose at the cumulative shares, each cut rounded down.
  private static func cut(
    _ planned: BigNatural, _ shares: [Rational], _ window: Window
  ) throws(CheckFault) -> [Row] {
    var rows: [Row] = []
    var (passed, reached) = (BigNatural.zero, Ratio.zero)
    for share in shares {
      let part = try Ratio(share)
      reached = reached + part
      let cut = try (reached * Ratio(planned)).rounded(.down)
      if cut < passed { throw CheckFault("shares that do not grow") }
      rows.append(
        Row(cells: cut - passed, window: try window.part(part), cumulative: reached, day: 0))
      passed = cut
    }
    guard reached == Ratio.one else { throw CheckFault("shares that do not sum to 1") }
    return rows
  }
}
