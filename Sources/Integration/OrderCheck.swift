/// A one-step method whose data do not satisfy its own conditions.
public struct TableauRefused: Error, Sendable, Equatable, CustomStringConvertible {
  /// The method's name.
  public let method: String
  /// The condition that does not hold.
  public let condition: String
  /// By how much; NaN when the condition is not an equation.
  public let residual: Double

  /// The refusal in words.
  public var description: String {
    "\(method): \(condition) does not hold (residual \(residual)); correct the coefficients"
  }
}

/// The order conditions of one method, evaluated once for all of its weights.
///
/// A condition holds when its residual is at most 2e-14 of the sum of the magnitudes of its
/// terms, which is what coefficients rounded to 53 bits allow.
struct OrderCheck {
  let method: String
  let stages: Int
  let trees: RootedTrees
  /// Phi of each tree at each stage, and the same with every coefficient's magnitude.
  let phi: [Double]
  let magnitude: [Double]

  static var tolerance: Double { 2e-14 }

  /// Prepares the conditions up to `order` for square stage coefficients.
  init(method: String, order: Int, several: [Double], single: [Double], stages: Int) {
    self.method = method
    self.stages = stages
    trees = RootedTrees(upTo: order)
    phi = trees.weights(several: several, single: single, stages: stages)
    magnitude = trees.weights(
      several: several.map { abs($0) }, single: single.map { abs($0) }, stages: stages)
  }

  /// Throws unless `weights` satisfy every condition up to `order`, whose right sides are
  /// 1 / gamma(t) where `right` names the tree's order and 0 elsewhere.
  func hold(
    _ what: String, _ weights: [Double], upTo order: Int, right: (Int) -> Bool
  ) throws(TableauRefused) {
    var number = 0
    var last = 0
    for (tree, shape) in trees.all.enumerated() where shape.order <= order {
      number = shape.order == last ? number + 1 : 1
      last = shape.order
      let wanted = right(shape.order) ? 1 / shape.density : 0
      let (sum, scale) = sum(weights, tree)
      try Self.hold(
        sum - wanted, scale: max(scale, wanted), method: method,
        condition: "\(what), order \(shape.order), condition \(number)")
    }
  }

  /// Throws when the error estimate vanishes for every tree of an order.
  func notVanish(_ weights: [Double], at order: Int) throws(TableauRefused) {
    for (tree, shape) in trees.all.enumerated() where shape.order == order {
      if abs(sum(weights, tree).sum) > 1e-8 { return }
    }
    throw TableauRefused(method: method, condition: "error estimate does not vanish", residual: 0)
  }

  /// sum_i w_i Phi_i and the sum of the magnitudes of its terms.
  private func sum(_ weights: [Double], _ tree: Int) -> (sum: Double, scale: Double) {
    var sum = 0.0
    var scale = 0.0
    for i in 0..<min(stages, weights.count) {
      sum += weights[i] * phi[tree * stages + i]
      scale += abs(weights[i]) * magnitude[tree * stages + i]
    }
    return (sum, scale)
  }

  /// Throws unless a residual is within the tolerance on a scale.
  static func hold(
    _ residual: Double, scale: Double, method: String, condition: @autoclosure () -> String
  ) throws(TableauRefused) {
    guard abs(residual) <= tolerance * scale else {
      throw TableauRefused(method: method, condition: condition(), residual: residual)
    }
  }
}
