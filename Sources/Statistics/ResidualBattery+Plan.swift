#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension ResidualBattery {
  /// Which statistics are computed, in a fixed order; large values are suspicious.
  struct Plan {
    let items: [(kind: Kind, group: Int?)]
    private let readings: [LinearisedFit.Reading]
    private let members: [Members]

    /// A group's readings.
    private struct Members {
      let all: [Int]
      /// By series long enough to have an order, then by time.
      let moments: [[[Int]]]
      let timeRanks: [Double]
      let levelRanks: [Double]
    }

    init(_ fit: LinearisedFit, _ groups: [Group]) {
      readings = fit.readings
      var items: [(Kind, Int?)] = []
      var members: [Members] = []
      for (index, group) in groups.enumerated() {
        let series = group.series.map { number in
          fit.readings.indices.filter { fit.readings[$0].series == number }
        }
        let all = series.flatMap { $0 }
        // A mean taken out of fewer than four leaves nothing that could be called an order.
        let moments = series.map { ResidualBattery.moments($0, in: fit.readings) }
          .filter { $0.count >= (series.count > 1 ? 4 : ResidualBattery.leastReadings) }
        members.append(
          Members(
            all: all, moments: moments, timeRanks: ranks(all.map { fit.readings[$0].time }),
            levelRanks: ranks(all.map { fit.readings[$0].level })))
        if group.isPart, all.count >= 3 { items.append((.offset, index)) }
        if !moments.isEmpty {
          items.append((.autocorrelation, index))
          if !group.isPart { items.append((.runs, index)) }
        }
        guard all.count >= ResidualBattery.leastReadings else { continue }
        if all.allSatisfy({ fit.readings[$0].stated != nil }) {
          items.append((.tooLarge, index))
          if !group.isPart { items.append((.tooSmall, index)) }
        }
        if !group.isPart { items += [(.sizeWithTime, index), (.sizeWithLevel, index)] }
      }
      if fit.readings.count >= ResidualBattery.leastReadings { items.append((.outlier, nil)) }
      self.items = items
      self.members = members
    }

    /// `standardised` by the estimated noise, `raw` in units of the fitted noise.
    func statistics(standardised r: [Double], raw e: [Double]) -> [Double] {
      items.map { kind, group in
        guard let group else {
          return r.indices.reduce(0) { max($0, abs(readings[$1].normalScore(r[$1]))) }
        }
        let own = members[group]
        switch kind {
        case .autocorrelation: return autocorrelation(series(own, r))
        case .runs: return -Double(series(own, r).reduce(0) { $0 + runs($1) })
        case .tooLarge: return squares(e, own.all)
        case .tooSmall: return -squares(e, own.all)
        case .sizeWithTime:
          return abs(correlation(ranks(own.all.map { abs(r[$0]) }), own.timeRanks))
        case .sizeWithLevel:
          return abs(correlation(ranks(own.all.map { abs(r[$0]) }), own.levelRanks))
        case .offset: return abs(ResidualBattery.together(own.all, r))
        case .outlier: return 0
        }
      }
    }

    /// Residuals by series and time; of several series each about its own mean, so that a run which
    /// lies off as a whole is not taken for one whose shape is wrong.
    private func series(_ own: Members, _ r: [Double]) -> [[Double]] {
      own.moments.map { moments in
        let values = moments.map { ResidualBattery.together($0, r) }
        guard own.moments.count > 1 else { return values }
        let mean = values.reduce(0, +) / Double(values.count)
        return values.map { $0 - mean }
      }
    }

    /// The lag-1 autocorrelation over neighbours of the same series.
    private func autocorrelation(_ series: [[Double]]) -> Double {
      if series.count == 1 { return lagOneAutocorrelation(series[0]) ?? 0 }
      var (products, squares) = (0.0, 0.0)
      for values in series {
        squares += values.reduce(0) { $0 + $1 * $1 }
        products += zip(values, values.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return squares > 0 ? products / squares : 0
    }

    /// Unbroken runs of one sign.
    private func runs(_ values: [Double]) -> Int {
      let signs = values.filter { $0 != 0 }.map { $0 > 0 }
      return zip(signs, signs.dropFirst()).reduce(1) { $0 + ($1.0 != $1.1 ? 1 : 0) }
    }

    private func squares(_ e: [Double], _ indices: [Int]) -> Double {
      indices.reduce(0) { sum, i in
        let scaled = e[i] * exp(-(readings[i].stated ?? 0))
        return sum + scaled * scaled
      }
    }
  }
}
