import Capacity
import Quantities
import Yams

extension FacilityReader {
  mutating func arrivals(_ name: String, _ node: Node, _ path: String) -> Facility.Arrivals? {
    let keys = ["product", "centre", "rate", "months", "patients", "diseases"]
    guard let map = yaml.mapping(node, "The arrivals", keys: keys) else { return nil }
    var arrivals = Facility.Arrivals(name, yaml.place(node))
    arrivals.product =
      reference(yaml.required(map, "product", in: node), .products, path) ?? ""
    arrivals.centre = reference(yaml.optional(map, "centre"), .centres, path)
    let rateNode = yaml.optional(map, "rate")
    let patientsNode = yaml.optional(map, "patients")
    if (rateNode == nil) == (patientsNode == nil) {
      yaml.report(
        "E_FACILITY_MISSING", node, "'\(path)' has neither a rate nor patients, or both.",
        "Give 'rate: 250 patients/year', or a list of patients with their days.")
      return nil
    }
    if let rateNode, let perDay = rate(rateNode, path + ".rate") {
      let months = yaml.optional(map, "months").map { self.months($0, path) } ?? []
      arrivals.source = .rate(perDay: perDay, months: months)
    }
    if let patientsNode {
      if let months = yaml.optional(map, "months") {
        yaml.report(
          "E_FACILITY_KEY", months, "'months' is given beside dated patients.", "Remove it.")
      }
      arrivals.source = .patients(patients(patientsNode, path))
    }
    if let node = yaml.optional(map, "diseases") { arrivals.diseases = shares(node, path) }
    return arrivals
  }

  /// Twelve factors, January first, divided by their mean.
  private mutating func months(_ node: Node, _ path: String) -> [Double] {
    guard let list = node.sequence, list.count == 12 else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(path).months' is not a list of twelve shares.",
        "Write [100 %, 95 %, ...] from January to December.")
      return []
    }
    var factors: [Double] = []
    for item in list {
      guard let text = words(item, path + ".months") else { continue }
      let parts = text.split(separator: " ")
      guard parts.count == 2, parts[1] == "%", let number = StrictNumber.double(parts[0]),
        number >= 0
      else {
        yaml.report(
          "E_FACILITY_UNIT", item, "'\(Shown.text(text))' is no share of a mean month.",
          "Write it in per cent of a mean month, such as 95 %.")
        return []
      }
      factors.append(number / 100)
    }
    let mean = factors.reduce(0, +) / 12
    guard factors.count == 12, mean > 0 else {
      if factors.count == 12 {
        yaml.report("E_FACILITY_VALUE", node, "Nobody comes in any month.", "Correct 'months'.")
      }
      return []
    }
    return factors.map { $0 / mean }
  }

  private mutating func shares(_ node: Node, _ path: String) -> [Facility.Arrivals.Share] {
    guard let map = node.mapping else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(path).diseases' is not a list of 'disease: share'.",
        "Write {LBCL: 80 %, MCL: 20 %}.")
      return []
    }
    var shares: [Facility.Arrivals.Share] = []
    for (key, value) in map {
      guard let name = reference(key, .diseases, path),
        let share = share(value, path + ".diseases." + name)
      else { continue }
      shares.append(.init(disease: name, share: share))
    }
    let sum = shares.reduce(0) { $0 + $1.share }
    if shares.count == map.count, abs(sum - 1) > 1e-6 {
      yaml.report(
        "E_FACILITY_SHARES", node,
        "The diseases of '\(path)' sum to \(NumberText.percent(sum, decimals: 2)).",
        "Correct them so that they sum to 100 %.")
    }
    return shares
  }

  private mutating func patients(_ node: Node, _ path: String) -> [Facility.Arrivals.Patient] {
    guard let list = node.sequence, !list.isEmpty else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(path).patients' is not a list.",
        "Write one line each: - {id: P001, day: 2026-01-07, disease: LBCL}.")
      return []
    }
    var patients: [Facility.Arrivals.Patient] = []
    var seen: Set<String> = []
    for item in list {
      guard
        let map = yaml.mapping(item, "A patient", keys: ["id", "day", "disease", "due"]),
        let idNode = yaml.required(map, "id", in: item), let id = yaml.text(idNode),
        let day = day(yaml.required(map, "day", in: item), path + ".patients.day")
      else { continue }
      if !seen.insert(id).inserted {
        yaml.report(
          "E_FACILITY_DUPLICATE", idNode, "A patient with this identifier stands above.",
          "Give each patient one line and one identifier.")
      }
      let due = self.day(yaml.optional(map, "due"), path + ".patients.due")
      if let due, due < day {
        yaml.report(
          "E_FACILITY_DATE", yaml.optional(map, "due"),
          "The infusion is due before the patient comes.",
          "Correct one of the days.")
      }
      let disease = reference(yaml.optional(map, "disease"), .diseases, path)
      patients.append(
        .init(id: id, day: day, disease: disease, due: due, place: yaml.place(item)))
    }
    return patients.sorted { ($0.day, $0.id) < ($1.day, $1.id) }
  }
}
