extension DoseRequestFile {
  /// Where a request file says what a refusal's field names, `weight: date`; nil for a field that no
  /// key fills.
  public static func key(of field: String) -> String? {
    var rest = field[...]
    var item = ""
    if rest.hasPrefix("supplies["), let end = rest.firstIndex(of: "]") {
      let number = Int(rest.dropFirst("supplies[".count).prefix { $0 != "]" }) ?? 0
      item = " (item \(number + 1))"
      rest = rest[rest.index(after: end)...].drop { $0 == "." }
    }
    if rest.isEmpty { return "supply" + item }
    if rest.hasPrefix("losses[") { return "losses" }
    if rest.hasPrefix("percentages") {
      let name = rest.split(separator: ".").last.map(String.init) ?? ""
      let keys = ["child": "cells", "parent": "of"]
      let key = rest.contains(".") ? ": " + (keys[name] ?? name) : ""
      return "supply\(item): certificate: percentages\(key)"
    }
    if let key = supply[String(rest)] { return "supply\(item): \(key)" }
    return top[String(rest)]
  }

  private static let top = [
    "bodyMass": "weight: value", "weight.measured": "weight: measured",
    "weight.date": "weight: date", "weight.reference": "weight: reference",
    "weight.referenceDate": "weight: reference_date", "weight.earlier": "weight: other",
    "weight.earlierDate": "weight: other_date", "weight.converted": "weight: pounds",
    "infusion": "infusion: at", "age": "age", "planned": "plan", "level": "level",
    "blasts": "blasts", "supplies": "supply",
    "results.copies": "release: vector_copies",
    "results.copiesCarShare": "release: copies_of_car_positive",
    "results.containersPerHour": "release: containers_per_hour", "components": "supply",
    "fractions": "supply",
  ]

  private static let supply = [
    "certificate": "certificate", "number": "certificate: number",
    "counted": "certificate: counted", "viableDensity": "certificate: viable_density",
    "totalDensity": "certificate: total_density", "density": "certificate: viable_density",
    "densityMethod": "certificate: method", "densitySample": "certificate: sample",
    "densityTaken": "certificate: taken", "volume": "certificate: volume",
    "statedCells": "certificate: stated_cells", "resolution": "step",
    "deadVolume": "dead_volume", "overfill": "overfill", "containers": "containers",
  ]
}
