import Quantities
import RunRecords

extension ResidualChecks {
  /// `The residuals of the 9 counts show nothing against the model; 30 readings of viability, glucose and
  /// lactate were not part of it.`: what it means that no check speaks against a model, whose fit may leave
  /// columns unread and cannot compare limits with a curve. Where every reading was checked nothing is
  /// counted.
  public func silence(
    of fit: FitResult, _ subject: String = "The residuals", against model: String = "the model"
  ) -> String {
    var left = fit.unused
    var checked: [String: Int] = [:]
    for point in points { checked[point.observation.quantity, default: 0] += 1 }
    var read: [String: Int] = [:]
    for residual in fit.residuals { read[residual.observation.quantity, default: 0] += 1 }
    for (quantity, count) in read where count > checked[quantity] ?? 0 {
      left[quantity, default: 0] += count - (checked[quantity] ?? 0)
    }
    let missed = left.values.reduce(0, +)
    guard missed > 0 else { return "\(subject) show nothing against \(model)." }
    let names = MeasuredQuantity.all.map(\.name)
    let areCounts = checked.keys.allSatisfy { ["vcd", "dead", "tcd", "tvc", "fold"].contains($0) }
    let covered = NumberText.counted(points.count, areCounts ? "count" : "reading")
    return "\(subject) of the \(covered)"
      + (areCounts ? "" : " of \(Self.list(names.filter { checked[$0] != nil }))")
      + " show nothing against \(model); \(NumberText.counted(missed, "reading")) of "
      + "\(Self.list(names.filter { left[$0] != nil })) \(missed == 1 ? "was" : "were") not part of it."
  }

  private static func list(_ quantities: [String]) -> String {
    NumberText.list(quantities.map { $0 == "car_positive" ? "CAR+" : $0 })
  }
}
