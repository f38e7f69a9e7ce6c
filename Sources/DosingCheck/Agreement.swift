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
/// the volume on the same step.
///
/// Call it before anything of the first calculation is printed or stored.
public func requireAgreement(
  of figures: DoseFigures, with sheet: DoseSheet
) throws(Disagreement) {
  let second: DoseFigures
  do {
    second = try recalculate(sheet)
  } catch {
    throw Disagreement(figures: [], fault: error)
  }
  let pairs: [(String, Int?, Int?)] = [
    ("minimum", figures.minimum, second.minimum), ("target", figures.target, second.target),
    ("maximum", figures.maximum, second.maximum), ("planned", figures.planned, second.planned),
    ("harvest", figures.harvest, second.harvest), ("dose", figures.dose, second.dose),
  ]
  var differing = pairs.filter { !isWithinOneCell($0.1, $0.2) }.map(\.0)
  if figures.volume != second.volume { differing.append("volume") }
  if !differing.isEmpty { throw Disagreement(figures: differing, fault: nil) }
}

private func isWithinOneCell(_ a: Int?, _ b: Int?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  let (difference, overflow) = a.subtractingReportingOverflow(b)
  return !overflow && difference.magnitude <= 1
}
