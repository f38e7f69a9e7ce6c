/// One way of solving the reference problem, for one parameter set after another.
protocol Solver: AnyObject {
  /// For every sample and state: the value, and with 5 directions its slopes to the logarithms of
  /// the parameters. Throws when a simulation ends early.
  func answers(_ parameters: [Double]) throws -> [Double]
  /// The same work without copying anything out.
  func solve(_ parameters: [Double]) throws
  /// Steps and evaluations of the rates so far.
  var work: (steps: Int, evaluations: Int) { get }
}

/// The problem's hours and exchanges.
enum Schedule {
  static let samples = (0...10).map { 24.0 * Double($0) }
  static let exchanges = [97.0, 145.0]
}
