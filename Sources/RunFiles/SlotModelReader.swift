import Capacity
import Quantities
import Yams

/// Reads the model of the slots from its tree.
struct SlotModelReader {
  var yaml: YAMLReader

  private static let keys = [
    "harvest_day_law", "laws", "hold_prob_by_day", "start_hours", "harvest_hours", "hours_weekday",
    "hours_weekend", "window_days", "qc_days", "cost", "drop_below", "known",
  ]

  mutating func model(_ root: Node, sha256: String) -> SlotModelFile? {
    guard let top = yaml.mapping(root, "The slot model", keys: Self.keys) else { return nil }
    var laws: [(name: String, law: HarvestDayLaw)] = []
    if let node = yaml.optional(top, "harvest_day_law"), let law = law(node) {
      laws.append(("default", law))
      if let hold = yaml.optional(top, "hold_prob_by_day") { check(hold, against: law) }
    }
    if let node = yaml.optional(top, "laws") {
      if let named = node.mapping {
        for (key, value) in named {
          guard let name = yaml.text(key), let law = law(value) else { continue }
          laws.append((name, law))
        }
      } else {
        yaml.report(
          "E_SLOTS_SHAPE", node, "'laws' is not a list of laws by name.",
          "Write 'laws:', and below it 'NAME: {9: 0.4, 10: 0.6}'.")
      }
    }
    if laws.isEmpty, yaml.findings.isEmpty {
      yaml.report(
        "E_SLOTS_MISSING", root, "There is no harvest-day law.",
        "Add 'harvest_day_law' with the probability of each day after the start.")
    }
    let start = number(yaml.required(top, "start_hours", in: root), 0...1e4)
    let harvest = number(yaml.required(top, "harvest_hours", in: root), 0...1e4)
    let weekday = number(yaml.required(top, "hours_weekday", in: root), 0...1e6)
    let weekend = number(yaml.required(top, "hours_weekend", in: root), 0...1e6)
    let window = whole(yaml.required(top, "window_days", in: root), 0...1000)
    let qc = whole(yaml.required(top, "qc_days", in: root), 0...1000)
    var remarks: [String] = []
    if let node = yaml.optional(top, "drop_below"), let least = number(node, 0...1), least > 0 {
      remarks.append(
        "The model's drop_below of \(NumberText.significant(least)) is not used: every load is counted, so "
          + "the plan also holds where smaller ones are dropped.")
    }
    let costNode = yaml.required(top, "cost", in: root)
    guard let qc, let price = price(costNode, qcDays: qc), let start, let harvest, let weekday,
      let weekend, let window, yaml.findings.isEmpty
    else { return nil }
    return SlotModelFile(
      laws: laws, startHours: start, harvestHours: harvest, weekdayHours: weekday,
      weekendHours: weekend, window: window, price: price, remarks: remarks, file: yaml.file,
      sha256: sha256)
  }

  /// `{9: 0.4, 10: 0.6}`: the probability of each day.
  private mutating func law(_ node: Node) -> HarvestDayLaw? {
    guard let mapping = node.mapping else {
      yaml.report(
        "E_SLOTS_SHAPE", node, "A law is not a list of 'day: probability'.",
        "Write the probability of each day after the start, such as {9: 0.4, 10: 0.6}.")
      return nil
    }
    var days: [Double] = []
    for (key, value) in mapping {
      guard let day = whole(key, 0...399), let p = number(value, 0...1) else { return nil }
      while days.count <= day { days.append(0) }
      days[day] = p
    }
    do { return try HarvestDayLaw(days) } catch {
      yaml.report(
        "E_SLOTS_LAW", node, "This is no law: \(error.description).",
        "Correct the probabilities; they sum to 1 within \(HarvestDayLaw.tolerance).")
      return nil
    }
  }

  private mutating func check(_ node: Node, against law: HarvestDayLaw) {
    guard let given = node.sequence else {
      yaml.report(
        "E_SLOTS_SHAPE", node, "'hold_prob_by_day' is not a list of numbers.",
        "Write a list, or leave it out; it follows from the law.")
      return
    }
    for (day, item) in given.enumerated() {
      guard let p = number(item, 0...1) else { return }
      let expected = day < law.hold.count ? law.hold[day] : 0
      if abs(p - expected) > 1e-6 {
        yaml.report(
          "E_SLOTS_HOLD", item,
          "P(on the instrument) on day \(day) is \(NumberText.significant(expected, 6)) by the law, "
            + "not \(NumberText.significant(p, 6)).",
          "Correct the law or this list, or leave the list out.")
        return
      }
    }
  }

  /// `round(100*(w*E[max(0,start+k+1-due)]+0.05*(start-release)))` with its three numbers.
  private mutating func price(_ node: Node?, qcDays: Int) -> SlotProblem.Price? {
    guard let text = yaml.text(node) else { return nil }
    var rest = text.filter { $0 != " " }[...]
    func refuse() -> SlotProblem.Price? {
      yaml.report(
        "E_SLOTS_COST", node, "This cost is not of the form that is planned with.",
        "Write round(100*(w*E[max(0,start+k+\(qcDays)-due)]+0.05*(start-release))) with your own "
          + "two costs; the number between is 'qc_days'.")
      return nil
    }
    var numbers: [Double] = []
    for piece in ["round(", "*(w*E[max(0,start+k+", "-due)]+", "*(start-release)))"] {
      if !numbers.isEmpty || piece != "round(" {
        let digits = rest.prefix { $0.isNumber || $0 == "." || $0 == "e" || $0 == "-" }
          .prefix { $0 != "-" }
        guard let value = StrictNumber.double(digits) else { return refuse() }
        numbers.append(value)
        rest = rest.dropFirst(digits.count)
      }
      guard rest.hasPrefix(piece) else { return refuse() }
      rest = rest.dropFirst(piece.count)
    }
    guard rest.isEmpty, numbers.count == 3, numbers[1] == Double(qcDays) else { return refuse() }
    guard (0...1e6).contains(numbers[0]), (0...1e4).contains(numbers[2]) else { return refuse() }
    return SlotProblem.Price(qcDays: qcDays, wait: numbers[2], scale: numbers[0])
  }

  private mutating func number(_ node: Node?, _ range: ClosedRange<Double>) -> Double? {
    guard let text = yaml.text(node) else { return nil }
    guard let value = StrictNumber.double(text), range.contains(value) else {
      yaml.report(
        "E_SLOTS_NUMBER", node,
        "'\(Shown.text(text))' is not a number of \(NumberText.significant(range.lowerBound)) to "
          + "\(NumberText.significant(range.upperBound)).", "Write a plain decimal number.")
      return nil
    }
    return value
  }

  private mutating func whole(_ node: Node?, _ range: ClosedRange<Int>) -> Int? {
    guard let text = yaml.text(node) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      yaml.report(
        "E_SLOTS_NUMBER", node,
        "'\(Shown.text(text))' is not a whole number of \(range.lowerBound) to "
          + "\(range.upperBound).", "Write a whole number.")
      return nil
    }
    return value
  }
}
