/// One way of solving the reference problem, for a few parameter sets at a time.
protocol Solver: AnyObject {
  /// Parameter sets that are solved together.
  var drawCount: Int { get }
  /// Solves `drawCount` sets. Throws when a simulation ends early.
  func solve(_ sets: ArraySlice<[Double]>) throws
  /// Solves `drawCount` sets; for every set, sample and state: the value, and with 5 directions
  /// its slopes to the logarithms of the parameters.
  func answers(_ sets: ArraySlice<[Double]>) throws -> [Double]
  /// Steps and evaluations of the rates so far.
  var work: (steps: Int, evaluations: Int) { get }
}
