import Capacity
import Quantities

/// What a plan's numbers mean, in words.
enum PlanWords {
  static func days(_ value: Double) -> String {
    value.isInfinite ? "grows without end" : NumberText.fixed(value, decimals: value < 10 ? 2 : 1)
  }

  static func count(_ value: Double) -> String {
    NumberText.fixed(value, decimals: value < 100 ? 1 : 0)
  }

  static func share(_ value: Double) -> String { NumberText.percent(value, decimals: 1) }

  static func least(_ value: Int?) -> String { value.map { NumberText.grouped($0) } ?? "none" }

  /// `33 instruments 'prodigy'`.
  static func resource(_ load: ResourceLoad) -> String {
    if load.kind == .vectors {
      return
        "the vector '\(load.name)' (\(NumberText.counted(load.count, "lot")) on order at a time)"
    }
    return "\(NumberText.grouped(load.count)) \(kind(load.kind))\(load.count == 1 ? "" : "s") "
      + "'\(load.name)'"
  }

  static func kind(_ kind: ResourceLoad.Kind) -> String {
    switch kind {
    case .instruments: "instrument"
    case .teams: "team"
    case .suites: "room"
    case .laboratories: "QC line"
    case .vectors: "vector"
    case .couriers: "courier"
    case .aphereses: "apheresis machine"
    case .beds: "bed"
    }
  }

  /// What one resource cannot do, and what would.
  static func overload(_ load: ResourceLoad) -> String {
    let uses = load.kind == .vectors ? "doses" : "uses"
    let least =
      load.leastStable.map {
        load.kind == .vectors
          ? " At least \($0) lots must be on order at a time, or a lot be larger, sooner or live longer."
          : " At least \(NumberText.grouped($0)) are needed for any plan that works."
      } ?? " No number of them is enough."
    let name = resource(load)
    return
      "\(name.prefix(1).uppercased())\(name.dropFirst()): \(count(load.demand)) \(uses) a year come, "
      + "\(count(load.capacity)) can be served"
      + (load.hold > 0 ? " at \(days(load.hold)) d each" : "") + ".\(least)"
  }

  /// The answer first.
  static func verdict(_ plan: PlanArithmetic) -> Page.Verdict {
    let patients = plan.flows.reduce(0) { $0 + $1.patients } * Facility.daysPerYear
    if !plan.isStable {
      let others =
        plan.overloaded.count > 1
        ? " \(NumberText.counted(plan.overloaded.count - 1, "more resource")) too: see the table."
        : ""
      return Page.Verdict(
        .stop, label: "Cannot work",
        text: (plan.overloaded.first.map(overload) ?? "") + others
          + " Queues grow without end, so a mean wait would only measure the length of the run; none "
          + "is given. This mix can have at most \(count(plan.greatestVolume.rounded(.down))) of the "
          + "\(count(patients)) patients a year.")
    }
    guard let binding = plan.binding else {
      return Page.Verdict(.neutral, label: "Nothing is used", text: "No resource has a limit.")
    }
    let close = binding.utilisation > 0.92
    return Page.Verdict(
      close ? .caution : .good, label: close ? "Works, nearly full" : "Can work",
      text: "The busiest is \(resource(binding)) at \(share(binding.utilisation)). "
        + "\(count(patients)) patients a year make "
        + "\(count(plan.flows.reduce(0) { $0 + $1.starts } * Facility.daysPerYear)) batches, and at "
        + "most about \(count(plan.greatestVolume.rounded(.down))) patients a year could come."
        + (close
          ? " Near its limit, waits are long and change much from year to year." : ""))
  }

  /// A mean with the half-width of its 95 % interval.
  static func estimate(
    _ value: Estimate?, decimals: Int = 2, scale: Double = 1, signed: Bool = false
  ) -> String {
    guard let value, value.count > 0 else { return "-" }
    let half = value.halfWidth() * scale
    let mean = value.mean * scale
    let text = NumberText.fixed(mean, decimals: decimals)
    return (signed && mean > 0 && text != "0" ? "+" : "") + text
      + (half.isFinite ? " ± " + NumberText.fixed(half, decimals: decimals) : "")
  }
}
