#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension SlotSearch {
  /// A number in 0 ..< count from 32 random bits.
  private static func scaled(_ bits: UInt64, _ count: Int) -> Int {
    Int((bits &* UInt64(count)) >> 32)
  }

  /// What a draw of 64 bits says: a patient, and one of the days of the patient's window.
  private mutating func draw() -> (place: Int, from: Int, to: Int)? {
    let bits = random.nextUInt64()
    let place = Self.scaled(bits & 0xFFFF_FFFF, movable.count)
    let item = movable[place]
    guard let from = day(of: item) else { return nil }
    // Any day that can be reached in one arc, so also days before the patient's own window.
    let window = groups[item.group].window(item.member).count
    let to = from - window + 1 + Self.scaled(bits >> 32, 2 * window - 1)
    let base = groups[item.group].base
    guard to != from, to >= base, to < base + groups[item.group].nodes else { return nil }
    return (place, from, to)
  }

  /// The greatest loss that is accepted at a temperature.
  private mutating func threshold(_ temperature: Double) -> Double {
    -temperature * log(random.uniform())
  }

  /// Moves starts under a price on overload that grows a thousandfold, at a falling temperature.
  mutating func relax(moves: Int) {
    let step = 256
    for tried in 0..<max(0, moves) {
      guard let (place, from, to) = draw() else { continue }
      let item = movable[place]
      let part = Double(tried / step * step) / Double(moves)
      let temperature = slope * 0.38 * exp(-1.1 * part)
      let price = slope * 1.9 * exp(5.8 * part)
      let change = price * load.penaltyChange(item.law, from: from, to: to)
      let most = threshold(temperature) - change
      guard most > -1e12, most < 1e12 else { continue }
      let base = groups[item.group].base
      guard
        let more = groups[item.group].shortest(
          from: from - base, to: to - base, cut: Int(most.rounded(.down)))
      else { continue }
      groups[item.group].move(to: to - base)
      groups[item.group].commit()
      load.add(item.law, at: from, -1)
      load.add(item.law, at: to)
      cost += more
    }
  }

  /// Takes the start from random patients of the worst day until no day is over its limits.
  mutating func ruinOverload() {
    while let worst = load.worstDay() {
      let there = movable.indices.filter { place in
        guard let day = day(of: movable[place]) else { return false }
        return day <= worst && worst < day + load.length
      }
      guard !there.isEmpty else { return }
      ruin(there[Int(random.integer(below: UInt64(there.count)))])
    }
  }

  mutating func ruin(_ place: Int) {
    let item = movable[place]
    guard let day = day(of: item) else { return }
    let base = groups[item.group].base
    cost -= groups[item.group].cost(item.member, at: day - base)
    groups[item.group].remove(item.member)
    groups[item.group].commit()
    load.add(item.law, at: day, -1)
    out.append(place)
  }

  /// Gives patients without a start the cheapest way in, the heaviest and most pressed first.
  mutating func recreate() {
    let order = out.sorted { a, b in
      let (p, q) = (problem.patients[movable[a].patient], problem.patients[movable[b].patient])
      return (-p.weight, p.due, a) < (-q.weight, q.due, b)
    }
    out.removeAll()
    for place in order {
      let item = movable[place]
      let base = groups[item.group].base
      let open = (0..<groups[item.group].nodes).map { load.canAdd(item.law, at: $0 + base) }
      if let way = groups[item.group].insert(item.member, open: open) {
        groups[item.group].commit()
        load.add(item.law, at: way.node + base)
        cost += way.cost
      } else {
        out.append(place)
      }
    }
    if load.worstDay() == nil { keep() }
  }

  /// Single and paired moves inside the limits, accepted as in simulated annealing.
  mutating func polish(moves: Int) {
    let step = 256
    for tried in 0..<max(0, moves) {
      guard let (place, from, to) = draw() else { continue }
      let item = movable[place]
      let part = Double(tried / step * step) / Double(moves)
      let most = Int(threshold(slope * 0.19 * exp(-2.7 * part)))
      let base = groups[item.group].base
      let lift =
        groups[item.group].price[to - base] - groups[item.group].price[from - base]
      if lift <= most, load.canMove(item.law, from: from, to: to) {
        if let more = groups[item.group].shortest(from: from - base, to: to - base, cut: most) {
          groups[item.group].move(to: to - base)
          groups[item.group].commit()
          load.add(item.law, at: from, -1)
          load.add(item.law, at: to)
          cost += more
          keep()
        }
      } else {
        pair(place, from, to, lift: lift, most: most)
      }
      if !out.isEmpty, tried % 4096 == 4095 { recreate() }
    }
  }

  /// Moves one start, and a second one of about the same time the other way or elsewhere.
  private mutating func pair(_ place: Int, _ from: Int, _ to: Int, lift: Int, most: Int) {
    let bits = random.nextUInt64()
    let item = movable[place]
    let other = place - 20 + Self.scaled(bits & 0xFFFF_FFFF, 41)
    guard movable.indices.contains(other), other != place else { return }
    let second = movable[other]
    guard let start = day(of: second), start != to else { return }
    let end = start - 8 + Self.scaled(bits >> 32, 17)
    let base = groups[second.group].base
    guard end != start, end != from, end >= base, end < base + groups[second.group].nodes else {
      return
    }
    let back = groups[second.group].price[end - base] - groups[second.group].price[start - base]
    guard lift + back <= most else { return }
    load.add(item.law, at: from, -1)
    load.add(second.law, at: start, -1)
    if load.canAdd(item.law, at: to) {
      load.add(item.law, at: to)
      if load.canAdd(second.law, at: end) {
        load.add(second.law, at: end)
        if let more = both(item, from, to, second, start, end, cut: most) {
          cost += more
          keep()
          return
        }
        load.add(second.law, at: end, -1)
      }
      load.add(item.law, at: to, -1)
    }
    load.add(item.law, at: from)
    load.add(second.law, at: start)
  }

  private mutating func both(
    _ item: Item, _ from: Int, _ to: Int, _ second: Item, _ start: Int, _ end: Int, cut: Int
  ) -> Int? {
    let base = groups[item.group].base
    let other = groups[second.group].base
    let room = cut + Int(20 * slope)
    guard
      let one = groups[item.group].shortest(from: from - base, to: to - base, cut: room)
    else { return nil }
    groups[item.group].move(to: to - base)
    if let two = groups[second.group].shortest(
      from: start - other, to: end - other, cut: cut - one)
    {
      groups[second.group].move(to: end - other)
      groups[item.group].commit()
      groups[second.group].commit()
      return one + two
    }
    groups[item.group].rollBack()
    return nil
  }
}
