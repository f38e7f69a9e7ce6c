/// A rooted tree: one order condition of a Runge-Kutta method.
///
/// A method has order p when, for every tree t with at most p vertices,
/// sum_i b_i Phi_i(t) = 1 / gamma(t), with Phi(leaf) = 1 and
/// Phi_i([t1 ... tm]) = product over k of sum_j a_ij Phi_j(tk).
/// Reference: Butcher (1963); Hairer, Norsett and Wanner (1993), Solving ODE I, theorem II.2.13.
struct RootedTree: Sendable {
  /// The subtrees that hang from the root.
  var branches: [RootedTree] = []

  /// Number of vertices.
  var order: Int { branches.reduce(1) { $0 + $1.order } }

  /// gamma: the order times the densities of the branches.
  var density: Double { branches.reduce(Double(order)) { $0 * $1.density } }

  /// The elementary weight Phi of each stage, for stage coefficients `a`.
  func weights(_ a: [[Double]]) -> [Double] {
    branches.reduce([Double](repeating: 1, count: a.count)) { product, branch in
      let inner = branch.weights(a)
      return a.indices.map { i in
        product[i] * zip(a[i], inner).reduce(0) { $0 + $1.0 * $1.1 }
      }
    }
  }

  /// Every tree with the given number of vertices, each once: 1, 1, 2, 4, 9, 20 ... of them.
  static func all(order: Int) -> [RootedTree] {
    let smaller = (1..<max(order, 1)).flatMap { all(order: $0) }
    return forests(vertices: order - 1, from: smaller[...]).map(RootedTree.init(branches:))
  }

  /// Every multiset of `trees` with the given number of vertices in total.
  private static func forests(vertices: Int, from trees: ArraySlice<RootedTree>) -> [[RootedTree]] {
    guard vertices > 0 else { return [[]] }
    return trees.indices.filter { trees[$0].order <= vertices }.flatMap { first in
      forests(vertices: vertices - trees[first].order, from: trees[first...])
        .map { [trees[first]] + $0 }
    }
  }
}
