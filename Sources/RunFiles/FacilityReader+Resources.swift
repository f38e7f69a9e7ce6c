import Capacity
import Quantities
import Yams

extension FacilityReader {
  mutating func calendar(
    _ name: String, _ node: Node, _ path: String
  ) -> Facility.WorkCalendar? {
    guard let map = yaml.mapping(node, "A calendar", keys: ["open", "shifts", "closed"]) else {
      return nil
    }
    let days = yaml.required(map, "open", in: node).flatMap { weekdays($0, path) }
    let shifts = yaml.required(map, "shifts", in: node).flatMap { self.shifts($0, path) }
    var closed: [CivilDate] = []
    if let node = yaml.optional(map, "closed") {
      guard let list = node.sequence else {
        yaml.report(
          "E_FACILITY_SHAPE", node, "'\(path).closed' is not a list of days.",
          "Write [2026-04-03].")
        return nil
      }
      closed = list.compactMap { day($0, path + ".closed") }
    }
    guard let days, let shifts else { return nil }
    return .init(name: name, days: days, shifts: shifts, closed: closed, place: yaml.place(node))
  }

  private mutating func weekdays(_ node: Node, _ path: String) -> Set<CivilDate.Weekday>? {
    guard let list = node.sequence else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(path).open' is not a list of days.",
        "Write [Mon, Tue, Wed, Thu, Fri].")
      return nil
    }
    if list.isEmpty {
      yaml.report(
        "E_FACILITY_CLOSED", node, "The calendar '\(path)' never opens.",
        "Open at least one day of the week.")
      return nil
    }
    return yaml.weekdays(list)
  }

  private mutating func shifts(
    _ node: Node, _ path: String
  ) -> [Facility.WorkCalendar.Shift]? {
    guard let list = node.sequence else {
      yaml.report(
        "E_FACILITY_SHAPE", node, "'\(path).shifts' is not a list of hours.",
        "Write [07:00 to 15:00, 15:00 to 23:00].")
      return nil
    }
    if list.isEmpty {
      yaml.report(
        "E_FACILITY_CLOSED", node, "The calendar '\(path)' never opens.",
        "Give at least one shift.")
      return nil
    }
    var shifts: [Facility.WorkCalendar.Shift] = []
    for item in list {
      guard let text = yaml.text(item) else { continue }
      let ends = QuantityWords.split(text, at: " to ").map { CivilTime.clock($0) }
      guard ends.count == 2, let opens = ends[0], let closes = ends[1], opens < closes else {
        yaml.report(
          "E_FACILITY_HOURS", item, "'\(Shown.text(text))' are no hours of one day.",
          "Write 08:00 to 18:00; the end is after the start, at most 24:00. A night shift is two.")
        return nil
      }
      if shifts.contains(where: { $0.opens < closes && opens < $0.closes }) {
        yaml.report(
          "E_FACILITY_HOURS", item, "The shift '\(Shown.text(text))' overlaps another one.",
          "Let one begin where the other ends; more people at once are a second team.")
        return nil
      }
      shifts.append(.init(opens: opens, closes: closes))
    }
    return shifts
  }

  mutating func suite(_ name: String, _ node: Node, _ path: String) -> Facility.Suite? {
    let keys = ["count", "places", "line_clearance", "cost"]
    guard let map = yaml.mapping(node, "A suite", keys: keys) else { return nil }
    var suite = Facility.Suite(name, yaml.place(node))
    suite.count = count(yaml.required(map, "count", in: node), path + ".count") ?? 0
    suite.places = count(yaml.optional(map, "places"), path + ".places")
    suite.clearance = time(yaml.optional(map, "line_clearance"), path + ".line_clearance") ?? 0
    suite.cost = money(yaml.optional(map, "cost"), path + ".cost", yearly: true) ?? 0
    return suite
  }

  mutating func instrument(_ name: String, _ node: Node, _ path: String) -> Facility.Instrument? {
    let keys = ["platform", "suite", "count", "queue", "clean_down", "down", "cost"]
    guard let map = yaml.mapping(node, "An instrument", keys: keys) else { return nil }
    var instrument = Facility.Instrument(name, yaml.place(node))
    instrument.platform = yaml.optional(map, "platform").flatMap { yaml.text($0) }
    instrument.suite = reference(yaml.optional(map, "suite"), .suites, path)
    instrument.count = count(yaml.required(map, "count", in: node), path + ".count") ?? 0
    instrument.cleanDown =
      time(yaml.required(map, "clean_down", in: node), path + ".clean_down") ?? 0
    if let queue = yaml.optional(map, "queue") { instrument.queue = queueOrder(queue) }
    if let down = yaml.optional(map, "down") {
      instrument.outage = outage(down, path + ".down")
    }
    instrument.cost = money(yaml.optional(map, "cost"), path + ".cost", yearly: true) ?? 0
    return instrument
  }

  private mutating func queueOrder(_ node: Node) -> Process.QueueOrder {
    let words: [(String, Process.QueueOrder)] = [
      ("first come", .fifo), ("weight", .priority), ("due day", .dueDate),
    ]
    guard let text = yaml.text(node)?.trimmingSpaces() else { return .fifo }
    if let order = words.first(where: { $0.0 == text })?.1 { return order }
    yaml.report(
      "E_FACILITY_WORD", node,
      "'\(Shown.text(text))' is no order of a queue."
        + Suggestion.phrase(for: text, among: words.map(\.0)),
      "Write one of: \(words.map(\.0).joined(separator: ", ")).")
    return .fifo
  }

  private mutating func outage(_ node: Node, _ path: String) -> Facility.Outage? {
    guard let map = yaml.mapping(node, "The down time", keys: ["every", "lasts"]) else {
      return nil
    }
    guard
      let every = time(
        yaml.required(map, "every", in: node), path + ".every", allowsZero: false),
      let lasts = time(
        yaml.required(map, "lasts", in: node), path + ".lasts", allowsZero: false)
    else { return nil }
    return .init(every: every, lasts: lasts)
  }

  mutating func team(_ name: String, _ node: Node, _ path: String) -> Facility.Team? {
    let keys = [
      "count", "weekend", "people", "skills", "calendar", "absence", "absence_lasts", "cost",
    ]
    guard let map = yaml.mapping(node, "A team", keys: keys) else { return nil }
    var team = Facility.Team(name, yaml.place(node))
    team.count = count(yaml.required(map, "count", in: node), path + ".count") ?? 0
    team.weekend = count(yaml.optional(map, "weekend"), path + ".weekend", least: 0)
    if let weekend = team.weekend, weekend > team.count {
      yaml.report(
        "E_FACILITY_VALUE", yaml.optional(map, "weekend"),
        "More teams work on a weekend than there are.", "Write the teams of a Saturday.")
    }
    team.people = count(yaml.optional(map, "people"), path + ".people") ?? 1
    if let skills = yaml.required(map, "skills", in: node) {
      team.skills = (skills.sequence ?? []).compactMap { yaml.text($0)?.trimmingSpaces() }
      if team.skills.isEmpty {
        yaml.report(
          "E_FACILITY_SHAPE", skills, "'\(path).skills' is not a list of skills.",
          "Write [start, harvest].")
      }
    }
    team.calendar = reference(yaml.optional(map, "calendar"), .calendars, path)
    team.absence = share(yaml.optional(map, "absence"), path + ".absence") ?? 0
    if team.absence > 0.9 {
      yaml.report(
        "E_FACILITY_VALUE", yaml.optional(map, "absence"), "'\(path)' is hardly ever there.",
        "Write the share of its shifts that a team is away, below 90 %.")
    }
    if let node = yaml.optional(map, "absence_lasts") {
      team.absenceLasts = time(node, path + ".absence_lasts", allowsZero: false) ?? 1
    }
    team.cost = money(yaml.optional(map, "cost"), path + ".cost", yearly: true) ?? 0
    return team
  }

  mutating func laboratory(_ name: String, _ node: Node, _ path: String) -> Facility.Laboratory? {
    guard let map = yaml.mapping(node, "A laboratory", keys: ["lines", "calendar", "cost"]) else {
      return nil
    }
    var laboratory = Facility.Laboratory(name, yaml.place(node))
    laboratory.lines = count(yaml.required(map, "lines", in: node), path + ".lines") ?? 0
    laboratory.calendar = reference(yaml.optional(map, "calendar"), .calendars, path)
    laboratory.cost = money(yaml.optional(map, "cost"), path + ".cost", yearly: true) ?? 0
    return laboratory
  }

  mutating func vector(_ name: String, _ node: Node, _ path: String) -> Facility.Vector? {
    let keys = [
      "stock", "lot", "shelf_life", "reorder_at", "lead_time", "changeover", "cost",
    ]
    guard let map = yaml.mapping(node, "A vector", keys: keys) else { return nil }
    var vector = Facility.Vector(name, yaml.place(node))
    vector.stock =
      count(yaml.required(map, "stock", in: node), path + ".stock", least: 0, noun: "lots") ?? 0
    vector.lot = count(yaml.required(map, "lot", in: node), path + ".lot", noun: "doses") ?? 0
    vector.shelfLife =
      time(yaml.required(map, "shelf_life", in: node), path + ".shelf_life", allowsZero: false)
      ?? 0
    vector.reorderAt =
      count(
        yaml.required(map, "reorder_at", in: node), path + ".reorder_at", least: 0, noun: "doses")
      ?? 0
    vector.leadTime = time(yaml.required(map, "lead_time", in: node), path + ".lead_time") ?? 0
    vector.changeover = time(yaml.optional(map, "changeover"), path + ".changeover") ?? 0
    vector.cost = money(yaml.optional(map, "cost"), path + ".cost") ?? 0
    return vector
  }

  mutating func courier(_ name: String, _ node: Node, _ path: String) -> Facility.Courier? {
    let keys = ["takes", "calendar", "count", "cost"]
    guard let map = yaml.mapping(node, "A courier", keys: keys) else { return nil }
    var courier = Facility.Courier(name, yaml.place(node))
    courier.takes = duration(yaml.required(map, "takes", in: node), path + ".takes") ?? .fixed(0)
    courier.calendar = reference(yaml.optional(map, "calendar"), .calendars, path)
    courier.count = count(yaml.optional(map, "count"), path + ".count")
    courier.cost = money(yaml.optional(map, "cost"), path + ".cost") ?? 0
    return courier
  }

  mutating func centre(_ name: String, _ node: Node, _ path: String) -> Facility.Centre? {
    let keys = [
      "region", "courier", "aphereses", "apheresis", "collects", "beds", "stay", "infuses",
    ]
    guard let map = yaml.mapping(node, "A centre", keys: keys) else { return nil }
    var centre = Facility.Centre(name, yaml.place(node))
    centre.region = yaml.optional(map, "region").flatMap { yaml.text($0) } ?? ""
    centre.courier = reference(yaml.optional(map, "courier"), .couriers, path)
    centre.aphereses = count(yaml.optional(map, "aphereses"), path + ".aphereses")
    if let node = yaml.optional(map, "apheresis") {
      centre.apheresis = duration(node, path + ".apheresis") ?? .fixed(0)
    }
    centre.collectionCalendar = reference(yaml.optional(map, "collects"), .calendars, path)
    centre.beds = count(yaml.optional(map, "beds"), path + ".beds")
    if centre.beds != nil || yaml.optional(map, "stay") != nil {
      centre.stay = duration(yaml.required(map, "stay", in: node), path + ".stay") ?? .fixed(0)
    }
    centre.infusionCalendar = reference(yaml.optional(map, "infuses"), .calendars, path)
    return centre
  }

  mutating func disease(_ name: String, _ node: Node, _ path: String) -> Facility.Disease? {
    let keys = ["failure", "drop_out", "weight"]
    guard let map = yaml.mapping(node, "A disease", keys: keys) else { return nil }
    var disease = Facility.Disease(name, yaml.place(node))
    disease.failureFactor = factor(yaml.optional(map, "failure"), path + ".failure") ?? 1
    disease.dropOutFactor = factor(yaml.optional(map, "drop_out"), path + ".drop_out") ?? 1
    disease.weight = factor(yaml.optional(map, "weight"), path + ".weight") ?? 1
    return disease
  }
}
