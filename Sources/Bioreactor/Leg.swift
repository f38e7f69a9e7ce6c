/// One stretch between scheduled jumps, with the instants that fall into it.
final class Leg {
  let from: Double
  var to: Double
  /// Times inside (from, to] at which the culture is looked at, and which instants they serve.
  var times: [Double] = []
  var instants: [[Int]] = []
  /// Instants at `from`, before and after what happens there.
  var before: [Int] = []
  var after: [Int] = []
  /// What happens at `from`: rules that end, operations, rules that are armed.
  var ended: [Int] = []
  var operations: [Int] = []
  var armed: [Int] = []

  init(from: Double, to: Double) {
    self.from = from
    self.to = to
  }

  /// The stretches of a timeline up to the last instant; those after it are left out.
  static func legs(_ timeline: Timeline, _ instants: [Instant]) -> [Leg] {
    var times = Set([timeline.start])
    for moment in timeline.moments { times.insert(moment.time) }
    for rule in timeline.rules { times.formUnion([rule.armed, rule.until]) }
    let boundaries = times.filter { $0 >= timeline.start && $0.isFinite }.sorted()
    let last = max(boundaries.last ?? 0, instants.map(\.time).max() ?? 0)
    var legs = boundaries.enumerated().map { index, from in
      let leg = Leg(from: from, to: index + 1 < boundaries.count ? boundaries[index + 1] : last)
      leg.ended = timeline.rules.indices.filter { timeline.rules[$0].until == from }
      leg.armed = timeline.rules.indices.filter { timeline.rules[$0].armed == from }
      leg.operations = timeline.moments.first { $0.time == from }?.operations ?? []
      return leg
    }
    for (index, instant) in instants.enumerated().sorted(by: { $0.element.time < $1.element.time })
    {
      guard let leg = legs.lastIndex(where: { $0.from <= instant.time }) else { continue }
      if legs[leg].from < instant.time {
        if legs[leg].times.last == instant.time {
          legs[leg].instants[legs[leg].instants.count - 1].append(index)
        } else {
          legs[leg].times.append(instant.time)
          legs[leg].instants.append([index])
        }
      } else if instant.phase == .before {
        legs[leg].before.append(index)
      } else {
        legs[leg].after.append(index)
      }
    }
    // Nothing is integrated beyond the last look.
    guard
      let end = legs.lastIndex(where: {
        !$0.before.isEmpty || !$0.after.isEmpty || !$0.times.isEmpty
      })
    else { return legs }
    legs.removeSubrange((end + 1)...)
    legs[end].to = legs[end].times.last ?? legs[end].from
    return legs
  }
}
