import Capacity
import Quantities
import Statistics

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
    let limits = plan.limits()
    let most = limits.first?.patients ?? .infinity
    if !plan.isStable {
      let others =
        plan.overloaded.count > 1
        ? " \(NumberText.counted(plan.overloaded.count - 1, "more resource")) too: see the table."
        : ""
      return Page.Verdict(
        .stop, label: "Cannot work",
        text: (plan.overloaded.first.map(overload) ?? "") + others
          + " Queues grow without end, so a mean wait would only measure the length of the run; none "
          + "is given. This mix can have at most \(count(most.rounded(.down))) of the "
          + "\(count(plan.patients)) patients a year.")
    }
    guard let binding = limits.first?.load else {
      return Page.Verdict(.neutral, label: "Nothing is used", text: "No resource has a limit.")
    }
    let close = binding.ofLimit > 0.92
    let later = Page.Verdict(
      close ? .caution : .good, label: close ? "Works, nearly full" : "Can work",
      text: "The nearest to its limit is \(resource(binding)) at \(share(binding.ofLimit)) of it. "
        + "\(count(plan.patients)) patients a year make "
        + "\(count(plan.flows.reduce(0) { $0 + $1.starts } * Facility.daysPerYear)) batches, and at "
        + "most about \(count(most.rounded(.down))) patients a year could come."
        + (close
          ? " Near its limit, waits are long and change much from year to year." : ""))
    guard let short = plan.openingShortages.max(by: { $0.waiting < $1.waiting }) else {
      return later
    }
    return Page.Verdict(
      .caution,
      label: "Not from the start: \(openingLabel(short).lowercasedFirst)",
      text: (short.runsOut.map {
        "No dose from day \(count($0)) to day \(count(short.firstLot)): about "
          + "\(count(short.waiting.rounded())) patients then wait, the first \(count(short.gap)) d. "
      }
        ?? "With \(share(short.chance)) patients wait for vector before day \(count(short.firstLot)). ")
        + "Once lots come as planned: " + later.text)
  }

  /// A mean with the half-width of its 95 % interval.
  static func estimate(
    _ value: Estimate?, decimals: Int = 2, scale: Double = 1, signed: Bool = false
  ) -> String {
    guard let value, value.count > 0 else { return "-" }
    if value.least == 0, value.most == 0 {
      return signed ? "no change" : "none\nin \(value.count) replications"
    }
    let half = value.halfWidth() * scale
    let mean = value.mean * scale
    // A small number is shown with the decimals that it needs, not as 0 ± 0.
    var decimals = decimals
    while decimals < 6, half > 0, NumberText.fixed(half, decimals: decimals) == "0" {
      decimals += 1
    }
    // A change that is told from 0 must look so: its interval may not reach 0 by rounding.
    while signed, decimals < 6, abs(mean) > half,
      (pow10(decimals) * abs(mean)).rounded() <= (pow10(decimals) * half).rounded()
    {
      decimals += 1
    }
    let text = NumberText.fixed(mean, decimals: decimals)
    return (signed && mean > 0 && text != "0" ? "+" : "") + text
      + (half.isFinite ? " ± " + NumberText.fixed(half, decimals: decimals) : "")
  }

  private static func pow10(_ n: Int) -> Double { (0..<n).reduce(1) { value, _ in value * 10 } }

  /// What ± is and what it is not; stands once, below the first table of a page that has one.
  static func plusMinus(_ replications: Int) -> String {
    "±: 95 % interval of a mean over \(NumberText.counted(replications, "replication")) (Student's t). It is "
      + "the error of the simulation alone: more replications make it smaller. It does not contain wrong "
      + "assumptions, such as rates, durations, failures and costs that are guessed, nor what the file "
      + "leaves out; 'thymus plan check FILE --vary 20%' says which assumptions matter."
  }

  /// A share of replications with its 95 % interval; none or all of them with the bound of the rule of
  /// three.
  static func share(_ found: Int, of replications: Int) -> String {
    let count = max(1, replications)
    let bound = min(1, 3 / Double(count))
    if found <= 0 { return "none\nof \(count), so below \(share(bound))" }
    if found >= count { return "all\nof \(count), so above \(share(1 - bound))" }
    let p = Double(found) / Double(count)
    let half = Normal.reach95 * (p * (1 - p) / Double(count)).squareRoot()
    return share(p) + " ± " + share(half)
  }

  /// What a stock is short of, and the step that mends it.
  static func stock(_ stock: PlanArithmetic.UnsafeStock) -> Page.Verdict {
    let cycle = stock.cycle
    let more = stock.busiest.demand - cycle.demand >= 1
    return Page.Verdict(
      .caution, label: stockLabel(stock),
      text: "A lot of \(NumberText.counted(cycle.lot, "dose")) is ordered at "
        + "\(NumberText.grouped(cycle.reorderAt)) doses on hand and on the way, and "
        + "\(count(cycle.demand)) are needed at a mean in the \(days(cycle.leadTime)) d until it comes"
        + (more ? ", \(count(stock.busiest.demand)) in the busiest season" : "")
        + ": demand goes by chance, and where it is above what was there, patients wait for vector."
        + order(stock))
  }

  /// `The vector 'lenti' runs out in 29.6 % of the cycles`.
  static func stockLabel(_ stock: PlanArithmetic.UnsafeStock) -> String {
    "The vector '\(stock.vector.name)' runs out in \(share(stock.cycle.runsOut)) of the cycles"
  }

  /// At which level to order how many doses so that the stock lasts through a year.
  static func order(_ stock: PlanArithmetic.UnsafeStock) -> String {
    guard let least = stock.leastReorder else { return "" }
    let lot = stock.cycle.lot
    let path = "vectors.\(stock.vector.name).reorder_at=\(least) doses"
    return
      " Order a lot of \(NumberText.counted(lot, "dose")) as soon as no more than "
      + "\(NumberText.grouped(least)) doses are on hand and on the way (--set '\(path)'), about "
      + "\(NumberText.significant(stock.cycle.cyclesPerYear, 2)) lots a year as now: the stock then lasts "
      + "through a year, the busiest season with it, with \(share(PlanArithmetic.safeYear)) at least."
  }

  /// The crowd of the worst weeks; nil where every resource can serve it.
  static func peak(_ peak: PlanArithmetic.Peak) -> Page.Verdict? {
    guard let worst = peak.worst else { return nil }
    return Page.Verdict(
      .caution, label: "A crowd of dated patients",
      text:
        "In the \(peak.weeks == 1 ? "week" : "\(peak.weeks) weeks") from \(peak.first) "
        + "\(NumberText.counted(peak.patients, "dated patient")) "
        + "\(peak.patients == 1 ? "comes" : "come"). With the others that is \(share(worst.ofLimit)) of "
        + "what \(resource(worst)) can do in that time, so the last of them wait about "
        + "\(days(peak.backlog(worst))) d for it, and patients after them too. The means over the whole plan "
        + "do not show that; 'thymus plan simulate' gives the day of each patient.")
  }
}
