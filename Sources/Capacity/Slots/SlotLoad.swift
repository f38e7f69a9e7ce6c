import Statistics

/// What the batches of a plan ask of each day, kept up to date as batches come and go.
///
/// Loads are whole numbers of 2^-40 instruments or hours, so adding and taking away a batch a
/// million times leaves no drift. A limit is met when the load is at most 1e-9 above it.
struct SlotLoad {
  static let unit = 0x1p40
  static let tolerance = 1e-9

  let firstDay: Int
  let days: Int
  /// Days of the longest law; shorter ones are filled with zeros.
  let length: Int
  private let shapes: SlotShapes
  /// What a batch asks, by shape and day after its start.
  private let hold: [Double]
  private let holding: [Int]
  private let working: [Int]
  private let varying: [Int]
  private let heldLimit: Int
  private let spentLimit: [Int]
  private let devices: Int
  private let alpha: Double?
  private let reach: Double
  private let hourWeight: Double
  private(set) var held: [Int]
  private(set) var spent: [Int]
  private var spread: [Int]
  private(set) var penalty: [Double]
  /// Batches by law and start day, and what the exact law of the load says of each day.
  private var batches: [[Int]]
  private var above: [Double]
  private var full: [Double]
  private var stale: [Bool]
  private var excused: [Double]

  /// No batch yet, over all days that the problem can touch.
  init(_ problem: SlotProblem) {
    var first = 0
    var last = 0
    for (index, patient) in problem.patients.enumerated() {
      let days = problem.days(of: patient)
      first = index == 0 ? days.lowerBound : min(first, days.lowerBound)
      last = index == 0 ? days.upperBound : max(last, days.upperBound)
    }
    shapes = SlotShapes(problem, first: first, starts: last - first)
    let length = shapes.length
    let laws = shapes.laws
    firstDay = first
    days = last - first + length + 1
    self.length = length
    func padded(_ value: (HarvestDayLaw, Int) -> Double) -> [Double] {
      laws.flatMap { law in
        (0..<length).map { $0 < law.hold.count ? value(law, $0) : 0 }
      }
    }
    func fixed(_ x: Double) -> Int { Int((x * Self.unit).rounded()) }
    hold = padded { $0.hold[$1] }
    holding = hold.map(fixed)
    varying = hold.map { fixed($0 * (1 - $0)) }
    working = padded { law, day in
      problem.harvestHours * law.harvest[day] + (day == 0 ? problem.startHours : 0)
    }.map(fixed)
    func limit(_ x: Double) -> Int { Int(((x + Self.tolerance) * Self.unit).rounded()) }
    heldLimit = limit(Double(problem.devices))
    spentLimit = (0..<days).map { limit(problem.hours(on: first + $0)) }
    devices = problem.devices
    if case .chance(let alpha) = problem.rule {
      self.alpha = alpha
      reach = Normal.quantile(1 - alpha)
    } else {
      alpha = nil
      reach = 0
    }
    hourWeight = 1 / max(problem.startHours, problem.harvestHours, 1)
    held = [Int](repeating: 0, count: days)
    spent = held
    spread = held
    penalty = [Double](repeating: 0, count: days)
    batches = laws.map { _ in [Int](repeating: 0, count: last - first + length + 1) }
    above = penalty
    full = penalty
    excused = penalty
    stale = [Bool](repeating: true, count: days)
  }

  /// Adds (`sign` 1) or takes away (-1) a batch that starts on day index `start`.
  mutating func add(_ law: Int, at start: Int, _ sign: Int = 1) {
    let shape = shapes.place(law, start)
    let row = shape &* length
    batches[shape][start] += sign
    for i in 0..<length {
      let day = start &+ i
      held[day] &+= sign &* holding[row &+ i]
      spent[day] &+= sign &* working[row &+ i]
    }
    if alpha != nil {
      for i in 0..<length {
        spread[start &+ i] &+= sign &* varying[row &+ i]
        stale[start &+ i] = true
      }
    }
    for day in start..<start &+ length {
      penalty[day] = excess(day, held[day], spent[day], spread[day])
    }
  }

  /// Whether one more batch may start on a day.
  mutating func canAdd(_ law: Int, at start: Int) -> Bool {
    let row = shapes.place(law, start) &* length
    for i in 0..<length {
      let day = start &+ i
      let (hours, hold) = (working[row &+ i], holding[row &+ i])
      if hours > 0, spent[day] &+ hours > spentLimit[day] { return false }
      if alpha == nil, hold > 0, held[day] &+ hold > heldLimit { return false }
    }
    guard let alpha else { return true }
    for i in 0..<length where hold[row &+ i] > 0 {
      let day = start &+ i
      if stale[day] { refresh(day) }
      if above[day] + hold[row &+ i] * full[day] > alpha + Self.tolerance { return false }
    }
    return true
  }

  /// Whether a batch that stands on day `from` may start on day `to` instead.
  mutating func canMove(_ law: Int, from: Int, to: Int) -> Bool {
    if alpha != nil {
      add(law, at: from, -1)
      let can = canAdd(law, at: to)
      add(law, at: from)
      return can
    }
    let row = shapes.place(law, to) &* length
    let before = shapes.place(law, from) &* length
    for i in 0..<length {
      let day = to &+ i
      let old = day &- from
      let inside = old >= 0 && old < length
      let more = holding[row &+ i] &- (inside ? holding[before &+ old] : 0)
      if more > 0, held[day] &+ more > heldLimit { return false }
      let hours = working[row &+ i] &- (inside ? working[before &+ old] : 0)
      if hours > 0, spent[day] &+ hours > spentLimit[day] { return false }
    }
    return true
  }

  /// By how much the penalty of all days grows when a batch moves from one day to another.
  func penaltyChange(_ law: Int, from: Int, to: Int) -> Double {
    let row = shapes.place(law, to) &* length
    let before = shapes.place(law, from) &* length
    var change = 0.0
    for day in min(from, to)..<(max(from, to) &+ length) {
      let old = day &- from
      let new = day &- to
      var (h, s, v) = (held[day], spent[day], spread[day])
      if old >= 0, old < length {
        h &-= holding[before &+ old]
        s &-= working[before &+ old]
        v &-= varying[before &+ old]
      }
      if new >= 0, new < length {
        h &+= holding[row &+ new]
        s &+= working[row &+ new]
        v &+= varying[row &+ new]
      }
      change += excess(day, h, s, v) - penalty[day]
    }
    return change
  }

  /// From here on, days that are over their limits now are not held against a plan, as long as it
  /// adds nothing to them: what is there is committed.
  mutating func excuse() {
    excused = (0..<days).map { over($0) }
  }

  /// The day that is most over its limits, by index; nil when none is.
  mutating func worstDay() -> Int? {
    var worst: Int?
    var most = 1e-12
    for day in 0..<days {
      let over = over(day) - excused[day]
      if over > most {
        most = over
        worst = day
      }
    }
    return worst
  }

  /// How far a day is over its limits, by the exact rule.
  private mutating func over(_ day: Int) -> Double {
    guard let alpha else { return penalty[day] }
    if stale[day] { refresh(day) }
    var over = max(0, above[day] - alpha - Self.tolerance)
    if spent[day] > spentLimit[day] {
      over += hourWeight * Double(spent[day] &- spentLimit[day]) / Self.unit
    }
    return over
  }

  /// Instruments over their limit plus hours over theirs, in units of the longest operation.
  ///
  /// Under a chance rule the normal approximation of the load stands in for its exact law: the
  /// search is steered by it and never decides by it.
  private func excess(_ day: Int, _ held: Int, _ spent: Int, _ spread: Int) -> Double {
    var over = 0.0
    if alpha == nil {
      if held > heldLimit { over = Double(held &- heldLimit) / Self.unit }
    } else {
      let mean = Double(held) / Self.unit
      let sd = (Double(max(0, spread)) / Self.unit).squareRoot()
      over = max(0, mean + reach * sd - Double(devices) - 0.5)
    }
    if spent > spentLimit[day] {
      over += hourWeight * Double(spent &- spentLimit[day]) / Self.unit
    }
    return over
  }

  private mutating func refresh(_ day: Int) {
    var law = PoissonBinomial(upTo: devices)
    for index in batches.indices {
      let row = index * length
      for i in 0..<length where day - i >= 0 && hold[row + i] > 0 {
        for _ in 0..<max(0, batches[index][day - i]) { law.add(hold[row + i]) }
      }
    }
    above[day] = law.above(devices)
    full[day] = law.at(devices)
    stale[day] = false
  }
}
