import Capacity
import Inference
import Quantities

/// Which assumed numbers matter: each alone, smaller and larger by a share, by arithmetic.
public struct PlanSensitivity: Sendable {
  /// What one change does.
  public struct Effect: Sendable {
    /// The value as it was changed.
    public var value: String
    /// Mean days from arrival to infusion over all products; infinite where the plan cannot work.
    public var lead: Double
    /// Money for an infused patient.
    public var cost: Double
    /// How near its limit the nearest resource is.
    public var use: Double
  }

  /// One assumed number.
  public struct Row: Sendable {
    /// What is assumed.
    public var remark: Facility.Remark
    /// Smaller and larger; nil where the changed file is no plan.
    public var effects: [Effect?]
  }

  /// The share by which each is changed.
  public let share: Double
  /// The plan as it is.
  public let base: Effect
  /// What was changed, the greatest effect on the days first, then on the cost.
  public let rows: [Row]

  /// Varies each assumed number of a plan.
  ///
  /// `changed` reads the facility with one value, given by path and text; nil when that is no plan.
  /// Pools that a change does not touch are not worked out anew. `progress` is told how many assumptions
  /// are done, of how many. The result does not depend on the threads.
  public init(
    of plan: PlanArithmetic, by share: Double, threads: Int = 1,
    changed: @escaping @Sendable (_ path: String, _ value: String) -> Facility?,
    progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) {
    self.share = share
    let base = Self.effect(plan, "")
    self.base = base
    func size(_ row: Row) -> (Double, Double) {
      let found = row.effects.compactMap { $0 }
      func swing(_ of: (Effect) -> Double) -> Double {
        found.map { abs(of($0) - of(base)) }.filter { !$0.isNaN }.max() ?? 0
      }
      return (swing(\.lead), swing(\.cost))
    }
    let memory = plan.memory
    let remarks = plan.facility.assumptions
    var rows: [Row] = []
    let block = 8 * max(1, threads)
    for first in stride(from: 0, to: remarks.count, by: block) {
      progress(first, remarks.count)
      let some = Array(remarks[first..<min(first + block, remarks.count)])
      let found = Parallel.map(chunksOf: 1, count: some.count, threads: threads) {
      } body: { _, index -> Row? in
        let remark = some[index]
        let effects = [1 - share, 1 + share].map { factor -> Effect? in
          guard let text = Self.scaled(remark.value, by: factor), text != remark.value,
            let facility = changed(remark.path, text)
          else { return nil }
          return Self.effect(PlanArithmetic(facility, memory: memory), text)
        }
        return effects.contains { $0 != nil } ? Row(remark: remark, effects: effects) : nil
      }
      rows += found.compactMap { $0 }
    }
    self.rows = rows.map { ($0, size($0)) }.sorted {
      let (a, b) = ($0.1, $1.1)
      if (a.0 * 1000).rounded() != (b.0 * 1000).rounded() { return a.0 > b.0 }
      return a.1 != b.1 ? a.1 > b.1 : $0.0.remark.place < $1.0.remark.place
    }.map(\.0)
  }

  private static func effect(_ plan: PlanArithmetic, _ value: String) -> Effect {
    Effect(
      value: value, lead: plan.meanLead, cost: CostOfGoods(plan).perInfused,
      use: plan.binding?.ofLimit ?? 0)
  }

  /// A value's words with its size changed: every time of a law, but not its spread; doses whole.
  static func scaled(_ text: String, by factor: Double) -> String? {
    var words = text.split(separator: " ").map(String.init)
    let isWhole = ["doses", "lots"].contains(words.last ?? "") || words.count == 1
    var changed = false
    for index in words.indices {
      guard let number = StrictNumber.double(words[index]),
        index == 0 || !["cv", "sd"].contains(words[index - 1])
      else { continue }
      if words.count > 2, index + 1 < words.count, words[index + 1].hasPrefix("%") { continue }
      let size = isWhole && number > 3 ? (number * factor).rounded() : number * factor
      words[index] = plain(size)
      changed = true
    }
    return changed ? words.joined(separator: " ") : nil
  }

  private static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// The part of a page.
  public var section: Page.Section {
    func cell(_ value: Double, _ base: Double, _ decimals: Int) -> String {
      guard value.isFinite else { return "cannot work" }
      let text = NumberText.fixed(value - base, decimals: decimals)
      return value > base && text != "0" ? "+" + text : text
    }
    let shown = rows.prefix(20).map { row in
      [row.remark.path, row.remark.value]
        + row.effects.map { $0.map { cell($0.lead, base.lead, 2) } ?? "-" }
        + row.effects.map { $0.map { cell($0.cost, base.cost, 0) } ?? "-" }
    }
    let less = "-\(NumberText.percent(share))"
    let more = "+\(NumberText.percent(share))"
    let columns = [
      Table.Column("assumed"), Table.Column("value"),
      Table.Column("days at \(less)", unit: "d"), Table.Column("days at \(more)", unit: "d"),
      Table.Column("cost at \(less)", .numbers), Table.Column("cost at \(more)", .numbers),
    ]
    let table = try? Table(
      caption: "What the mean time to infusion and the cost of an infused patient would change by",
      columns: columns, rows: Array(shown),
      footnotes: [
        "One number at a time, by arithmetic; the \(shown.count) of \(rows.count) that matter most. A "
          + "plan that could no longer work is told as such."
      ])
    return Page.Section(
      "Which assumptions matter",
      table.map { [.table($0)] } ?? [.paragraph("No assumed number could be changed.")])
  }

  /// The record.
  public var json: JSONValue {
    func record(_ effect: Effect?) -> JSONValue {
      guard let effect else { return .null }
      return .object([
        "value": .string(effect.value), "lead_d": Record.number(effect.lead),
        "cost_per_infused": Record.number(effect.cost), "use": Record.number(effect.use),
        "works": .bool(effect.lead.isFinite),
      ])
    }
    return .object([
      "share": Record.number(share), "base": record(base),
      "rows": .array(
        rows.map { row in
          .object([
            "path": .string(row.remark.path), "assumed": .string(row.remark.value),
            "smaller": record(row.effects[0]), "larger": record(row.effects[1]),
          ])
        }),
    ])
  }
}
