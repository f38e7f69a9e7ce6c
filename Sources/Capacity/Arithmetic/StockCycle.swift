import Statistics

/// How sure a stock is that is ordered again at a level: demand against supply in one cycle.
///
/// A lot is ordered when what is on hand and on order has fallen to R doses, and comes L days later.
/// All that was on order at that time has come by then, so that patients wait before the new lot
/// comes when the demand of those L days, Poisson with mean m = rate L, is above R:
///
///     P(runs out in a cycle) = P(N > R) = P(R + 1, m)        regularised lower gamma function
///
/// Over the cycle what is on hand and on order lies on R + 1 ... R + Q with equal chances, so for one
/// dose that is asked for (Q doses a lot)
///
///     P(waits)  = 1/Q sum P(N >= y),      mean wait = 1/(rate Q) sum E[(N - y)+],  y = R+1 ... R+Q
///
/// both exact for Poisson demand, a fixed lead time, lots that do not expire, and orders that count
/// those who wait. The plant orders without counting them, so that near its greatest supply true waits
/// are longer.
/// Source: Hadley and Whitin 1963, Analysis of Inventory Systems, section 4-7.
public struct StockCycle: Sendable, Hashable {
  /// Doses a day, above 0.
  public let rate: Double
  /// Days from order to use, changeover with it.
  public let leadTime: Double
  /// Doses on hand and on order at which a lot is ordered.
  public let reorderAt: Int
  /// Doses of a lot.
  public let lot: Int

  /// A cycle from its parts.
  public init(rate: Double, leadTime: Double, reorderAt: Int, lot: Int) {
    self.rate = rate
    self.leadTime = leadTime
    self.reorderAt = reorderAt
    self.lot = max(1, lot)
  }

  /// Doses asked for during the lead time, at a mean.
  public var demand: Double { rate * leadTime }

  /// P(N >= n) of the demand during the lead time.
  private func atLeast(_ n: Int) -> Double {
    guard n > 0 else { return 1 }
    guard demand > 0 else { return 0 }
    return incompleteGamma(Double(n), demand).lower
  }

  /// P(the stock runs out before the lot comes and a patient waits), in one cycle.
  public var runsOut: Double { atLeast(reorderAt + 1) }

  /// The least level with at most that probability; nil above a million doses.
  public func leastReorder(runsOut most: Double) -> Int? {
    guard most > 0, demand < 1e6 else { return nil }
    var low = -1
    var high = Int(demand) + 1
    while atLeast(high + 1) > most { high = high * 2 + 1 }
    while high - low > 1 {
      let middle = (low + high) / 2
      if atLeast(middle + 1) <= most { high = middle } else { low = middle }
    }
    return high
  }

  /// Lots ordered in a year, at a mean.
  public var cyclesPerYear: Double { rate * Facility.daysPerYear / Double(lot) }

  /// At least so probably no patient waits for the stock in a whole year.
  ///
  /// 1 - n P(runs out in a cycle) with n cycles a year (Boole's inequality): cycles overlap, so that
  /// bad ones come together, and the true probability is higher. 0 where the bound says nothing.
  public var lastsYear: Double { max(0, 1 - max(1, cyclesPerYear) * runsOut) }

  /// The least level with which the stock lasts through a year with at least some probability below 1;
  /// nil above a million doses.
  public func leastReorder(lastsYear least: Double) -> Int? {
    leastReorder(runsOut: (1 - least) / max(1, cyclesPerYear))
  }

  /// Share of doses for which a patient waits, and the mean wait over all doses [d].
  public var wait: (share: Double, mean: Double) {
    guard rate > 0, demand > 0 else { return (0, 0) }
    // E[(N - y)+] = sum of P(N >= n) over n > y, from the far end downwards.
    let most = max(reorderAt + lot, Int(demand + 12 * demand.squareRoot() + 12))
    var beyond = 0.0
    var share = 0.0
    var backlog = 0.0
    var n = most
    while n > reorderAt {
      if n <= reorderAt + lot {
        share += atLeast(n)
        backlog += beyond
      }
      beyond += atLeast(n)
      n -= 1
    }
    return (share / Double(lot), backlog / Double(lot) / rate)
  }
}
