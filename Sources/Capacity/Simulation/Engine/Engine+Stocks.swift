extension Engine {
  /// Takes units of a stock; the next operation, or nil when the patient waits.
  mutating func consume(_ op: Op, _ index: Int, _ pc: Int) -> Int? {
    let stock = Int(op.a)
    guard stocks[stock].waiting == 0, let lot = lot(of: stock, holding: op.x) else {
      sequence &+= 1
      stocks[stock].queue.push(Event(now, sequence, .resume, index))
      stocks[stock].waiting += 1
      patients[index].pc = Int32(truncatingIfNeeded: pc)
      patients[index].ticket = sequence
      patients[index].waiting = .stock
      patients[index].joined = now
      reorder(stock)
      return nil
    }
    let time = withdraw(op.x, stock, lot)
    observe(program.stockMeasures[stock], time, index)
    guard time > 0 else { return pc + 1 }
    resume(index, at: now + time, pc + 1)
    return nil
  }

  /// The first lot to expire that holds enough.
  private func lot(of stock: Int, holding units: Double) -> Int? {
    stocks[stock].lots.firstIndex { $0.units >= units }
  }

  /// Takes units of a lot; the time of the change of campaign, if it is the first withdrawal.
  private mutating func withdraw(_ units: Double, _ stock: Int, _ lot: Int) -> Double {
    let isFirst = !stocks[stock].lots[lot].isOpened
    stocks[stock].lots[lot].isOpened = true
    stocks[stock].lots[lot].units -= units
    if stocks[stock].lots[lot].units <= 0 { stocks[stock].lots.remove(at: lot) }
    reorder(stock)
    return isFirst ? program.process.stocks[stock].changeover : 0
  }

  /// Orders lots until what is on hand and on order is above the level.
  mutating func reorder(_ stock: Int) {
    let rules = program.process.stocks[stock]
    guard let level = rules.reorderAt else { return }
    while stocks[stock].onHand + stocks[stock].onOrder <= level {
      let uniform = streams.uniform(
        program.process.arrivals.count + pools.count + stock,
        number: UInt32(stocks[stock].ordered), purpose: 0, pass: 0, companion: 0)
      stocks[stock].ordered += 1
      stocks[stock].onOrder += rules.lotSize
      schedule(now + rules.leadTime.quantile(uniform), .delivery, stock)
    }
  }

  /// A lot arrives and serves those who wait.
  mutating func deliver(_ stock: Int) {
    stocks[stock].onOrder -= program.process.stocks[stock].lotSize
    store(stock)
    serve(stock)
  }

  /// A fresh lot.
  mutating func store(_ stock: Int) {
    let rules = program.process.stocks[stock]
    let expiry = now + rules.shelfLife
    stocks[stock].lots.append(
      StockState.Lot(expiry: expiry, units: rules.lotSize, isOpened: false))
    schedule(expiry, .expiry, stock)
  }

  private mutating func serve(_ stock: Int) {
    while let first = stocks[stock].queue.first {
      let index = first.subject
      guard patients[index].ticket == first.sequence else {
        _ = stocks[stock].queue.pop()
        continue
      }
      let pc = Int(patients[index].pc)
      guard let lot = lot(of: stock, holding: plan.ops[pc].x) else { return }
      _ = stocks[stock].queue.pop()
      stocks[stock].waiting -= 1
      let time = withdraw(plan.ops[pc].x, stock, lot)
      observe(program.stockMeasures[stock], now - patients[index].joined + time, index)
      patients[index].waiting = .nowhere
      resume(index, at: now + time, pc + 1)
    }
  }

  /// What is left of lots at their expiry is thrown away.
  mutating func expire(_ stock: Int) {
    let gone = stocks[stock].lots.filter { $0.expiry <= now }.reduce(0) { $0 + $1.units }
    stocks[stock].lots.removeAll { $0.expiry <= now }
    if now >= warmUp { stocks[stock].expired += gone }
    if gone > 0 { reorder(stock) }
  }
}
