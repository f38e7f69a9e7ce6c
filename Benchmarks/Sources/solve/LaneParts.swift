import Lanes

/// How a lane is filled from parameter sets, and read.
protocol LaneParts {
  associatedtype Number: Lane
  /// Parameter sets in one number.
  static var drawCount: Int { get }
  /// Parameter `k` of the sets.
  static func parameter(_ k: Int, _ sets: ArraySlice<[Double]>) -> Number
  /// Value and slopes of one draw.
  static func parts(_ number: Number, _ draw: Int) -> [Double]
}

/// Values only, one set.
enum Plain: LaneParts {
  static var drawCount: Int { 1 }
  static func parameter(_ k: Int, _ sets: ArraySlice<[Double]>) -> Double {
    sets[sets.startIndex][k]
  }
  static func parts(_ number: Double, _ draw: Int) -> [Double] { [number] }
}

/// Values and the slopes to the logarithms of the five parameters.
enum Slopes: LaneParts {
  static var drawCount: Int { 1 }
  static func parameter(_ k: Int, _ sets: ArraySlice<[Double]>) -> Dual6 {
    var number = Dual6(sets[sets.startIndex][k])
    number.partials[k] = number.value
    return number
  }
  static func parts(_ number: Dual6, _ draw: Int) -> [Double] {
    [number.value] + (0..<5).map { number.partials[$0] }
  }
}

/// Several sets side by side.
enum Draws<Values: SIMD & Sendable>: LaneParts
where Values.Scalar == Double, Values.MaskStorage.Scalar == Int64 {
  static var drawCount: Int { Values.scalarCount }
  static func parameter(_ k: Int, _ sets: ArraySlice<[Double]>) -> Pack<Values> {
    var pack = Pack<Values>(0)
    for draw in 0..<drawCount { pack[draw] = sets[sets.startIndex + draw][k] }
    return pack
  }
  static func parts(_ number: Pack<Values>, _ draw: Int) -> [Double] { [number[draw]] }
}

/// Counts operations.
enum Counting: LaneParts {
  static var drawCount: Int { 1 }
  static func parameter(_ k: Int, _ sets: ArraySlice<[Double]>) -> Counted {
    Counted(sets[sets.startIndex][k], tally: Tally.current)
  }
  static func parts(_ number: Counted, _ draw: Int) -> [Double] { [number.value] }
}
