import Inference
import ModelLanguage
import Quantities
import RunRecords

/// How numbers of an analysis are printed.
enum Shown {
  static func number(_ value: Double?, _ digits: Int = 3) -> String {
    value.map { NumberText.significant($0, digits) } ?? "-"
  }

  static func interval(_ range: ClosedRange<Double>?, _ digits: Int = 3) -> String {
    guard let range else { return "-" }
    let (low, high) = PrintedRange.apart(range.lowerBound, range.upperBound, digits: digits)
    return "\(low) - \(high)"
  }

  /// Hours as days, `6 d` or `6.5 d`.
  static func day(_ hours: Double) -> String { NumberText.fixed(hours / 24, decimals: 2) }

  /// Cells from base units (1e6) as `2.5E9`.
  static func cells(_ millions: Double) -> String { NumberText.significant(millions * 1e6, 3) }

  /// A probability from draws; certainty is never printed.
  static func probability(_ fraction: Double) -> String {
    if fraction > 0.99 { return "> 99 %" }
    if fraction < 0.01 { return "< 1 %" }
    return NumberText.percent(fraction, decimals: 1)
  }

  /// A measured quantity's value in its printing unit.
  static func measured(_ base: Double, _ quantity: String, digits: Int = 3) -> String {
    guard let unit = unit(quantity) else { return number(base, digits) }
    return number(unit.fromBase(base), digits)
  }

  static func unit(_ quantity: String) -> Unit? {
    MeasuredQuantity.named(quantity).flatMap { try? Unit(parsing: $0.unit) }
  }

  /// A table whose rows are made here; a row of the wrong width would be a fault of this file.
  static func table(
    _ caption: String, _ columns: [Table.Column], _ rows: [[String]], footnotes: [String] = []
  ) -> [Page.Block] {
    guard !rows.isEmpty,
      let table = try? Table(caption: caption, columns: columns, rows: rows, footnotes: footnotes)
    else { return [] }
    return [.table(table)]
  }
}
