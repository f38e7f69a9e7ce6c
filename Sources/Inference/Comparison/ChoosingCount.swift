import Bioreactor
import Quantities
import RunRecords

/// What would tell models apart: in the run that goes on, and in the next one.
public struct ModelChoice: Sendable, Hashable {
  /// What a count in this run would tell; nil for a run that is over.
  public var now: String?
  /// What to count in the next run; nil where that is not needed or not known.
  public var next: String?
}

/// The count of viable cells that would tell the first model of a comparison from others that its counts
/// do not rule out.
///
/// A day chooses when the first model lies two standard deviations of ln from half of the others, the
/// two curves' and the count's together.
struct ChoosingCount {
  let lead: ModelComparison.Entry
  let others: [ModelComparison.Entry]
  let run: Run
  /// The hour up to which the run is known.
  let now: Double
  /// The hour of the forecast; nil for a run that is over.
  let target: Double?
  /// True when doubling time, lag or capacity are what depends on the model.
  let isGrowth: Bool
  let options: FitOptions

  /// What a count on one day would tell.
  private struct Day {
    let time: Double
    /// What the models expect, in words; nil where the count would not choose.
    let expected: String?
    /// The largest difference of ln, and what of it a count would see.
    let difference: Double
    let seen: Double
  }

  /// The first day on which a count would choose; for a run that goes on before the forecast, otherwise
  /// in the next run. Where there is none, that none would, and the largest difference.
  var words: ModelChoice {
    let early =
      "Count on days 1 and 2: lag and rate part in the first days, where this run has no count."
    guard let target else {
      let days = days(whole)
      if let day = new(days) { return ModelChoice(next: another(day)) }
      if lacksEarly { return ModelChoice(next: early) }
      return ModelChoice(
        next: "No single count would choose between \(names)\(most(days)).")
    }
    // A count on the target day itself comes too late.
    let left = ModelDoubts.wholeDays(after: now, before: target)
    let ahead = days(left.isEmpty && target > now + 1e-9 ? [now + (target - now) / 2] : left)
    if let day = ahead.first(where: { $0.expected != nil }) {
      return ModelChoice(now: chosen(day))
    }
    let none =
      "No count before \(NextSample.day(target))\(isPlanned ? "" : " (two days on; no harvest is planned)") "
      + "would choose between \(names)\(most(ahead))."
    return ModelChoice(now: none, next: lacksEarly ? early : new(days(whole)).map(another))
  }

  private func chosen(_ day: Day) -> String {
    "A count on \(text(day)) helps to choose between \(names): \(day.expected ?? "")."
  }

  /// The same of a run to come, whose cells are others.
  private func another(_ day: Day) -> String {
    "Count on \(text(day)) too: there a run like this one parts \(names). \(day.expected ?? ""). "
      + "Another donor or seeding shifts all of them, so compare the models again with all counts of that "
      + "run, rather than hold its count against these."
  }

  /// True where a harvest is planned, false where the forecast goes two days on.
  private var isPlanned: Bool {
    let planned = try? Culture(
      model: lead.culture.model, run: run, platform: lead.culture.platform)
    return planned?.timeline.harvest != nil
  }

  /// The first model and its rivals, at most three by name.
  private var names: String {
    let models = others.map(\.fit.model)
    let shown = Array(models.prefix(3))
    return "\(lead.fit.model) and "
      + (models.count > 3
        ? "\(shown.joined(separator: ", ")) and others" : NumberText.list(shown))
  }

  /// True where growth is in dispute and the first days have no count.
  private var lacksEarly: Bool {
    let start = lead.culture.timeline.start
    return isGrowth
      && !counted.contains { (start + 12...start + 60).contains($0) }
  }

  private var counted: [Double] {
    lead.culture.targets.map(\.observation).filter {
      PredictiveCheck.counts.contains($0.quantity)
    }.map(\.time)
  }

  /// The days of the whole run, up to the forecast or the harvest.
  private var whole: [Double] {
    let planned = try? Culture(
      model: lead.culture.model, run: run, platform: lead.culture.platform)
    let end = target ?? planned?.timeline.harvest ?? counted.max() ?? 0
    return ModelDoubts.wholeDays(after: lead.culture.timeline.start, before: end + 0.01)
  }

  /// The first day that chooses and that this run did not count: what was counted did not choose.
  private func new(_ days: [Day]) -> Day? {
    let known = counted.filter { $0 <= now }
    return days.first { day in
      day.expected != nil && !known.contains { abs($0 - day.time) < 12 }
    }
  }

  private func text(_ day: Day) -> String { NextSample.day(day.time) }

  /// The largest difference on any day, in words; empty without a day.
  private func most(_ days: [Day]) -> String {
    guard let day = days.max(by: { $0.difference < $1.difference }), day.difference > 0 else {
      return ""
    }
    let (apart, seen) = (Double.exp(day.difference), Double.exp(day.seen))
    let by =
      "by a factor of \(NumberText.significant(apart, 3)), where a count tells factors from "
      + "\(NumberText.significant(seen, 3)) on"
    return days.count == 1
      ? ": on \(text(day)), the only whole day left, they differ \(by)"
      : ": they differ most on \(text(day)), \(by)"
  }

  private func days(_ times: [Double]) -> [Day] {
    let leading = lead.outlooks(run, at: times, options: options)
    let rivals = others.map { $0.outlooks(run, at: times, options: options) }
    return times.indices.compactMap { k in
      leading[k].map { own in
        day(
          times[k], own,
          zip(others, rivals).compactMap { rival, seen in
            seen[k].map { (rival.fit.model, $0) }
          })
      }
    }
  }

  private typealias Outlook = ModelComparison.Entry.Outlook

  private func day(
    _ time: Double, _ own: Outlook, _ rivals: [(name: String, outlook: Outlook)]
  ) -> Day {
    let gaps = rivals.filter { $0.outlook.isCells == own.isCells }.map { other in
      let variances = [own.sd, other.outlook.sd, own.noise ?? 0.1].map { ($0 ?? 0) * ($0 ?? 0) }
      return (
        name: other.name, value: other.outlook.value,
        difference: abs(Double.log(other.outlook.value / own.value)),
        seen: 2 * variances.reduce(0, +).squareRoot()
      )
    }
    let told = gaps.filter { $0.difference > $0.seen }
    let widest = gaps.max { $0.difference < $1.difference }
    var expected: String?
    if 2 * told.count >= others.count, let nearest = told.min(by: { $0.difference < $1.difference })
    {
      let unit = own.isCells ? "viable cells" : "viable cells/mL"
      let list = told.prefix(3).map { "\(ModelDoubts.cells($0.value)) by \($0.name)" }
      expected =
        "\(ModelDoubts.cells(own.value)) \(unit) then by \(lead.fit.model), "
        + list.joined(separator: ", ")
        + (told.count > 3 ? " and others" : "")
        + "; a count tells factors from \(NumberText.significant(Double.exp(nearest.seen), 3)) on"
    }
    return Day(
      time: time, expected: expected, difference: widest?.difference ?? 0, seen: widest?.seen ?? 0)
  }
}

extension ModelDoubts {
  /// The whole days after one hour and before another, h.
  static func wholeDays(after from: Double, before to: Double) -> [Double] {
    let first = 24 * ((from / 24 + 1e-9).rounded(.down) + 1)
    return stride(from: first, to: to - 1e-9, by: 24).prefix(NextSample.mostDays).map(\.self)
  }
}
