import Quantities

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Turns the uniform numbers of a stream into arrival days, one after the other.
///
/// Poisson arrivals with monthly factors invert the cumulative rate: the k-th unit-rate exponential
/// time is stretched where the rate is low, so a change of rate keeps the patients' order.
struct ArrivalClock: Sendable {
  private enum Form: Sendable {
    /// No patient at all; steady rates above 0 are left to the engine.
    case never
    case seasonal
    case renewal(Quantile)
    case dated([Double])
  }

  private let form: Form
  /// Days at which the rate changes, the cumulative rate there, and the rate from there on.
  private var days: [Double] = []
  private var totals: [Double] = []
  private var rates: [Double] = []

  init(_ pattern: Process.ArrivalStream.Pattern, start: CivilDate, horizon: Double) {
    switch pattern {
    case .poisson(_, let monthly) where monthly.isEmpty: form = .never
    case .poisson(let rate, let monthly):
      form = .seasonal
      var day = 0
      var total = 0.0
      while Double(day) <= horizon {
        let date = CivilDate(dayNumber: start.dayNumber + day) ?? start
        let next = day + CivilDate.days(in: date.month, of: date.year) - date.day + 1
        days.append(Double(day))
        totals.append(total)
        rates.append(rate * monthly[date.month - 1])
        total += rate * monthly[date.month - 1] * Double(next - day)
        day = next
      }
    case .renewal(let law): form = .renewal(Quantile(law))
    case .dated(let all): form = .dated(all)
    }
  }

  /// Where a stream stands: its last arrival, its cumulative rate and the month of that.
  struct Position: BitwiseCopyable {
    var time = 0.0
    var total = 0.0
    var month = 0
  }

  /// The day of patient `number`; infinite when there is none any more.
  func next(_ number: Int, _ uniform: Double, _ position: inout Position) -> Double {
    switch form {
    case .never: return .infinity
    case .renewal(let quantile): position.time += quantile.value(at: uniform)
    case .dated(let all): return number < all.count ? all[number] : .infinity
    case .seasonal:
      position.total -= log1p(-uniform)
      while position.month + 1 < totals.count, totals[position.month + 1] <= position.total {
        position.month += 1
      }
      let rate = rates[position.month]
      guard rate > 0 else { return .infinity }
      position.time = days[position.month] + (position.total - totals[position.month]) / rate
    }
    return position.time
  }
}
