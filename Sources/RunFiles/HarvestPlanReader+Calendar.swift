import Quantities
import RunRecords
import Yams

extension HarvestPlanReader {
  private static let openingKeys = ["open", "hours", "closed"]

  /// The calendar of a plan.
  mutating func calendar(_ node: Node) -> DecisionPlan.Calendar? {
    let keys = ["zero"] + Self.openingKeys + ["harvest_duration", "step"]
    guard let map = yaml.mapping(node, "The calendar", keys: keys) else { return nil }
    let zero = yaml.required(map, "zero", in: node).flatMap { instant($0) }
    let opening = opening(map, node, isOfInfusion: false)
    let duration = yaml.required(map, "harvest_duration", in: node).flatMap {
      measure($0, "'harvest_duration'", ["h"], allowsZero: false)
    }
    var step = 1.0
    if let node = yaml.optional(map, "step") {
      guard let given = measure(node, "'step'", ["h"], allowsZero: false) else { return nil }
      guard given >= 0.25, given <= 24 else {
        yaml.report(
          "E_HARVEST_VALUE", node, "A step lies between 0.25 h and 24 h.", "Write such as 1 h.")
        return nil
      }
      step = given
    }
    guard let zero, let opening, let duration else { return nil }
    if duration * 60 > Double(opening.closes - opening.opens), opening.closes - opening.opens < 1440
    {
      yaml.report(
        "E_HARVEST_CLOSED", yaml.optional(map, "harvest_duration"),
        "The harvest takes longer than a day is open.",
        "Correct the duration, or the hours; a harvest starts and ends within one day's hours.")
      return nil
    }
    return DecisionPlan.Calendar(zero: zero, opening: opening, duration: duration, step: step)
  }

  /// The infusion of a plan.
  mutating func infusion(
    _ node: Node, _ calendar: DecisionPlan.Calendar?
  ) -> DecisionPlan.Infusion? {
    let keys = ["release", "shelf_life", "at"] + Self.openingKeys
    guard let map = yaml.mapping(node, "The infusion", keys: keys) else { return nil }
    let release = yaml.required(map, "release", in: node).flatMap {
      measure($0, "'release'", ["h"], allowsZero: true)
    }
    let shelfLife = yaml.required(map, "shelf_life", in: node).flatMap {
      measure($0, "'shelf_life'", ["h"], allowsZero: false)
    }
    let hasOpening = Self.openingKeys.contains { yaml.optional(map, $0) != nil }
    let opening = hasOpening ? opening(map, node, isOfInfusion: true) : .always
    let fixedNode = yaml.optional(map, "at")
    let fixed = fixedNode.flatMap { instant($0) }
    guard let release, let shelfLife, let opening else { return nil }
    guard release <= shelfLife else {
      yaml.report(
        "E_HARVEST_VALUE", yaml.optional(map, "shelf_life"),
        "The product expires before it is released: nothing can be infused.",
        "Both count from the end of the harvest; correct one of them.")
      return nil
    }
    if let fixed, let calendar {
      let local = fixed.onClock(offset: calendar.zero.offset)
      if fixed <= calendar.zero {
        yaml.report(
          "E_HARVEST_DATE", fixedNode, "The infusion is before the run's zero.",
          "Correct 'at', or the calendar's 'zero'.")
      } else if let date = local.date,
        !opening.isOpen(on: date)
          || !(opening.opens...opening.closes).contains(local.minuteOfDay)
      {
        yaml.report(
          "E_HARVEST_DATE", fixedNode, "The infusion at \(local) is outside the infusion hours.",
          "Move 'at', or open that day and hour.")
      }
    }
    return DecisionPlan.Infusion(
      release: release, shelfLife: shelfLife, opening: opening, fixed: fixed)
  }

  /// `open`, `hours` and `closed` of a mapping.
  private mutating func opening(
    _ map: Node.Mapping, _ parent: Node, isOfInfusion: Bool
  ) -> OpeningHours? {
    guard let open = yaml.required(map, "open", in: parent),
      let hours = yaml.required(map, "hours", in: parent)
    else { return nil }
    guard let list = open.sequence else {
      yaml.report(
        "E_HARVEST_SHAPE", open, "'open' is not a list of days.", "Write [Mon, Tue, Wed, Thu, Fri]."
      )
      return nil
    }
    let days = yaml.weekdays(list)
    if list.isEmpty {
      yaml.report(
        "E_HARVEST_CLOSED", open, "All days are closed.", "Open at least one day of the week.")
      return nil
    }
    guard let text = yaml.text(hours) else { return nil }
    let ends = QuantityWords.split(text, at: " to ").map { CivilTime.clock($0) }
    guard ends.count == 2, let opens = ends[0], let closes = ends[1], opens < closes else {
      yaml.report(
        "E_HARVEST_HOURS", hours, "'\(Shown.text(text))' are no opening hours of one day.",
        "Write 08:00 to 18:00; the end is after the start, at most 24:00.")
      return nil
    }
    return OpeningHours(
      weekdays: days, opens: opens, closes: closes,
      closed: closed(yaml.optional(map, "closed"), isOfInfusion: isOfInfusion))
  }

  private mutating func closed(_ node: Node?, isOfInfusion: Bool) -> Set<CivilDate> {
    guard let node else { return [] }
    guard let list = node.sequence else {
      yaml.report(
        "E_HARVEST_SHAPE", node, "'closed' is not a list of dates.", "Write [2026-04-03].")
      return []
    }
    var dates: Set<CivilDate> = []
    for item in list {
      guard let text = yaml.text(item) else { continue }
      if let date = CivilDate(parsing: text) {
        dates.insert(date)
        closedDays.append(.init(date, isOfInfusion: isOfInfusion, place: yaml.place(item)))
      } else {
        yaml.report(
          "E_HARVEST_DATE", item, "'\(Shown.text(text))' is no day of the calendar.",
          "Write YYYY-MM-DD, such as 2026-04-03.")
      }
    }
    return dates
  }

  /// `2026-03-02 09:00 +08:00`.
  private mutating func instant(_ node: Node) -> CivilTime? {
    guard let text = yaml.text(node) else { return nil }
    if let time = CivilTime(parsing: text.trimmingSpaces()) { return time }
    let bytes = Array(text.utf8)
    let day = String(decoding: bytes.prefix(10), as: UTF8.self)
    let isDay = CivilDate(parsing: day) != nil
    yaml.report(
      "E_HARVEST_DATE", node,
      isDay
        ? "'\(Shown.text(text))' is no time with its offset from UTC."
        : "'\(Shown.text(text))' does not begin with a day of the calendar.",
      "Write day, clock and offset: 2026-03-02 09:00 +08:00.")
    return nil
  }
}
