import Quantities
import RunRecords

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The scale on which readings of one sample are averaged.
enum ReplicateScale {
  case linear
  case ln
  case logit

  /// The scale of the readings' quantity; linear when one of them is 0 (or 100 %) and has no
  /// logarithm.
  init(_ readings: [Observation]) {
    let values = readings.filter(\.value.isExact).map(\.value.number)
    let quantity = readings.first.flatMap { MeasuredQuantity.named($0.quantity) }
    let isAmount = quantity?.dimension.moles != 0 || quantity?.name == "volume"
    if isAmount || values.contains(0) {
      self = .linear
    } else if quantity?.isShare == true {
      self = values.contains(1) ? .linear : .logit
    } else {
      self = .ln
    }
  }

  /// The mean reading; limits give an interval of it. Nil when nothing of it is known.
  func mean(of readings: [Observation.Reading]) -> Observation.Reading? {
    let n = Double(readings.count)
    let top = self == .logit ? 1 : Double.infinity
    let low = back(readings.reduce(0) { $0 + forward($1.low ?? 0) } / n)
    let high = back(readings.reduce(0) { $0 + forward($1.high ?? top) } / n)
    if readings.allSatisfy(\.isExact) { return .exact(low) }
    switch (low > 0, high < top) {
    case (false, false): return nil
    case (false, true): return .below(high)
    case (true, false): return .above(low)
    case (true, true): return .between(low, high)
    }
  }

  private func forward(_ x: Double) -> Double {
    switch self {
    case .linear: x
    case .ln: log(x)
    case .logit: log(x / (1 - x))
    }
  }

  private func back(_ z: Double) -> Double {
    switch self {
    case .linear: z
    case .ln: exp(z)
    case .logit: 1 / (1 + exp(-z))
    }
  }
}

extension Observation.Reading {
  /// The least value that it allows; nil without one.
  fileprivate var low: Double? {
    switch self {
    case .exact(let v), .above(let v), .between(let v, _): v
    case .below: nil
    }
  }

  /// The greatest value that it allows; nil without one.
  fileprivate var high: Double? {
    switch self {
    case .exact(let v), .below(let v), .between(_, let v): v
    case .above: nil
    }
  }
}
