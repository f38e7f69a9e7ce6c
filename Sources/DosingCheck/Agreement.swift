import Quantities

/// Two calculations of one dose differ, so neither is shown.
public struct Disagreement: Error, Hashable, Sendable, CustomStringConvertible {
  /// A stable code.
  public static let code = "E_DOSE_DISAGREEMENT"
  /// The figures that differ, by name; empty when the second calculation has no result.
  public let figures: [String]
  /// Why the second calculation has no result.
  public let fault: CheckFault?

  /// Code, cause and remedy, without any value.
  public var description: String {
    "\(Disagreement.code): the two dose calculations disagree"
      + (figures.isEmpty ? "" : " in " + figures.joined(separator: ", "))
      + (fault.map { ": " + $0.description } ?? ".")
      + " Nothing is shown. Remedy: keep the request and report it; do not use any of the numbers."
  }
}

/// Throws unless a second calculation of the sheet arrives at the figures: cells within one cell,
/// volumes, fills and what comes with them exactly, the probability within 1e-9.
///
/// Call it before anything of the first calculation is printed or stored. A second calculation
/// without a result is a disagreement.
public func requireAgreement(
  of figures: DoseFigures, with sheet: DoseSheet
) throws(Disagreement) {
  let second: DoseFigures
  do {
    second = try recalculate(sheet)
  } catch {
    throw Disagreement(figures: [], fault: error)
  }
  let differing = differences(figures, second)
  if !differing.isEmpty { throw Disagreement(figures: differing, fault: nil) }
}

/// Names of the figures in which two results differ by more than the contract allows.
private func differences(_ a: DoseFigures, _ b: DoseFigures) -> [String] {
  // Almost always they are equal but for the last digits of the probability.
  var near = b
  if isNear(a.within, b.within) { near.within = a.within }
  if a == near { return [] }
  let rows: [(name: String, isSame: Bool)] = [
    ("minimum", isWithinOneCell(a.minimum, b.minimum)),
    ("target", isWithinOneCell(a.target, b.target)),
    ("maximum", isWithinOneCell(a.maximum, b.maximum)),
    ("planned", isWithinOneCell(a.planned, b.planned)),
    ("harvest", isWithinOneCell(a.harvest, b.harvest)),
    ("dose", isWithinOneCell(a.dose, b.dose)),
    ("volume per kg", a.safety.volumePerKilogram == b.safety.volumePerKilogram),
    ("DMSO per kg", a.safety.dmsoPerKilogram == b.safety.dmsoPerKilogram),
    ("endotoxin per kg", a.safety.endotoxinPerKilogram == b.safety.endotoxinPerKilogram),
    ("copies per CAR+ cell", a.safety.copiesPerCarPositive == b.safety.copiesPerCarPositive),
    ("probability", isNear(a.within, b.within)),
    ("number of portions", a.portions.count == b.portions.count),
  ]
  var names = rows.filter { !$0.isSame }.map(\.name)
  for (index, (x, y)) in zip(a.portions, b.portions).enumerated() {
    let parts: [(name: String, isSame: Bool)] = [
      ("cells", isWithinOneCell(x.cells, y.cells)), ("volume", x.volume == y.volume),
      ("dose", isWithinOneCell(x.dose, y.dose)), ("containers", x.containers == y.containers),
    ]
    names += parts.filter { !$0.isSame }.map { "\($0.name) of portion \(index + 1)" }
  }
  return names
}

private func isWithinOneCell(_ a: Int?, _ b: Int?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  let (difference, overflow) = a.subtractingReportingOverflow(b)
  return !overflow && difference.magnitude <= 1
}

/// Never true of a number that is not one.
private func isNear(_ a: Double?, _ b: Double?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return abs(a - b) <= 1e-9
}
