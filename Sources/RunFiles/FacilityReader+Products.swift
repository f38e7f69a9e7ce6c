import Capacity
import Quantities
import Yams

extension FacilityReader {
  mutating func product(_ name: String, _ node: Node, _ path: String) -> Facility.Product? {
    let keys = [
      "inbound", "vector", "instrument", "start", "culture", "harvest", "quality", "review",
      "outbound", "failure", "drop_out", "promise", "booking", "materials",
    ]
    guard let map = yaml.mapping(node, "A product", keys: keys) else { return nil }
    var product = Facility.Product(name, yaml.place(node))
    product.inbound = yaml.optional(map, "inbound").flatMap { journey($0, path + ".inbound") }
    product.vector = reference(yaml.optional(map, "vector"), .vectors, path)
    product.instrument =
      reference(yaml.required(map, "instrument", in: node), .instruments, path) ?? ""
    if let start = yaml.required(map, "start", in: node) {
      product.start = operation(start, path + ".start")
    }
    product.culture =
      duration(yaml.required(map, "culture", in: node), path + ".culture") ?? .fixed(0)
    if let harvest = yaml.required(map, "harvest", in: node) {
      product.harvest = operation(harvest, path + ".harvest")
    }
    product.quality = yaml.optional(map, "quality").flatMap { quality($0, path + ".quality") }
    product.review = yaml.optional(map, "review").map { operation($0, path + ".review") }
    product.outbound = yaml.optional(map, "outbound").flatMap { journey($0, path + ".outbound") }
    if let failure = yaml.optional(map, "failure") {
      product.failure = self.failure(failure, path + ".failure")
    }
    if let leave = yaml.optional(map, "drop_out"),
      let shares = yaml.mapping(
        leave, "The drop-out", keys: ["before_start", "before_infusion"])
    {
      let at = path + ".drop_out"
      product.dropOutBeforeStart =
        share(yaml.optional(shares, "before_start"), at + ".before_start") ?? 0
      product.dropOutBeforeInfusion =
        share(yaml.optional(shares, "before_infusion"), at + ".before_infusion") ?? 0
    }
    product.promise = time(
      yaml.optional(map, "promise"), path + ".promise", allowsZero: false)
    product.booking = share(yaml.optional(map, "booking"), path + ".booking")
    product.materials = money(yaml.optional(map, "materials"), path + ".materials") ?? 0
    return product
  }

  private mutating func operation(_ node: Node, _ path: String) -> Facility.Operation {
    var operation = Facility.Operation()
    guard let map = yaml.mapping(node, "An operation", keys: ["skill", "takes"]) else {
      return operation
    }
    operation.skill = reference(yaml.required(map, "skill", in: node), .skills, path) ?? ""
    operation.takes =
      duration(yaml.required(map, "takes", in: node), path + ".takes") ?? .fixed(0)
    return operation
  }

  private mutating func journey(_ node: Node, _ path: String) -> Facility.Journey? {
    guard let map = yaml.mapping(node, "A journey", keys: ["mode", "handling", "limit"]) else {
      return nil
    }
    var journey = Facility.Journey()
    journey.mode =
      yaml.word(yaml.required(map, "mode", in: node), Facility.Journey.Mode.self) ?? .fresh
    if let handling = yaml.optional(map, "handling") {
      journey.handling = duration(handling, path + ".handling") ?? .fixed(0)
    }
    journey.limit = time(yaml.optional(map, "limit"), path + ".limit", allowsZero: false)
    return journey
  }

  private mutating func quality(_ node: Node, _ path: String) -> Facility.Quality? {
    let keys = [
      "laboratory", "release", "work", "incubation", "line_held", "late_after", "late_positive",
      "cost",
    ]
    guard let map = yaml.mapping(node, "The quality control", keys: keys) else { return nil }
    var quality = Facility.Quality()
    quality.laboratory =
      reference(yaml.required(map, "laboratory", in: node), .laboratories, path) ?? ""
    quality.release =
      yaml.word(yaml.required(map, "release", in: node), Facility.Quality.Release.self) ?? .full
    quality.work = duration(yaml.required(map, "work", in: node), path + ".work") ?? .fixed(0)
    if let incubation = yaml.optional(map, "incubation") {
      quality.incubation = duration(incubation, path + ".incubation") ?? .fixed(0)
    }
    quality.lineHeld = yaml.flag(yaml.optional(map, "line_held")) ?? false
    for key in ["late_after", "late_positive"] where quality.release == .full {
      if let late = yaml.optional(map, key) {
        yaml.report(
          "E_FACILITY_KEY", late, "'\(key)' is given, and the release waits for all results.",
          "Remove it, or write 'release: conditional'.")
      }
    }
    quality.lateAfter = time(yaml.optional(map, "late_after"), path + ".late_after") ?? 0
    quality.latePositive = share(yaml.optional(map, "late_positive"), path + ".late_positive") ?? 0
    quality.cost = money(yaml.optional(map, "cost"), path + ".cost") ?? 0
    return quality
  }

  private mutating func failure(_ node: Node, _ path: String) -> Facility.Failure {
    let branches = ["retained", "recollected", "infused", "lost"]
    let keys =
      ["culture", "culture_after", "harvest", "quality", "again"] + branches + ["attempts"]
    var failure = Facility.Failure()
    guard let map = yaml.mapping(node, "The failure", keys: keys) else { return failure }
    failure.culture = share(yaml.optional(map, "culture"), path + ".culture") ?? 0
    if failure.culture > 0 {
      failure.cultureAfter =
        time(yaml.required(map, "culture_after", in: node), path + ".culture_after") ?? 0
    }
    failure.harvest = share(yaml.optional(map, "harvest"), path + ".harvest") ?? 0
    failure.quality = share(yaml.optional(map, "quality"), path + ".quality") ?? 0
    failure.again = factor(yaml.optional(map, "again"), path + ".again") ?? 1
    let shares = branches.map { share(yaml.optional(map, $0), path + "." + $0) ?? 0 }
    let sum = shares.reduce(0, +)
    if failure.culture + failure.harvest + failure.quality > 0, abs(sum - 1) > 1e-9 {
      yaml.report(
        "E_FACILITY_SHARES", node,
        "What follows a failure sums to \(NumberText.percent(sum, decimals: 2)).",
        "Give \(branches.joined(separator: ", ")) so that they sum to 100 %.")
    }
    failure.retained = shares[0]
    failure.recollected = shares[1]
    failure.infused = shares[2]
    failure.attempts = count(yaml.optional(map, "attempts"), path + ".attempts")
    return failure
  }

  mutating func costs(_ node: Node) -> Facility.Costs {
    var costs = Facility.Costs()
    let keys = ["fixed", "per_start", "per_infused", "bed_day"]
    guard let map = yaml.mapping(node, "The costs", keys: keys) else { return costs }
    func items(
      _ key: String, yearly: Bool, _ reader: inout FacilityReader
    ) -> [Facility.Costs.Item] {
      reader.named(reader.yaml.optional(map, key), "costs.\(key)") {
        reader, name, node, path in
        reader.money(node, path, yearly: yearly).map { .init(name: name, amount: $0) }
      }
    }
    costs.fixed = items("fixed", yearly: true, &self)
    costs.perStart = items("per_start", yearly: false, &self)
    costs.perInfused = items("per_infused", yearly: false, &self)
    costs.bedDay = money(yaml.optional(map, "bed_day"), "costs.bed_day") ?? 0
    return costs
  }
}
